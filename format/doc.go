// Package format holds WordPress's pure text functions: slugs and names, the
// typography, paragraphs, links and smilies of posts and comments, shortcodes,
// the filter for HTML of people who are not trusted (kses), escaping, excerpts
// and dates. The functions know no site, no clock and no database; what they
// need to know they are told.
//
// They decide byte for byte what WordPress 7.1 decides in locale en_US, which
// is checked against golden data made by WordPress itself. Two things are
// different on purpose: each takes time about linear in the length of its
// input, whatever the input, and none gives up on long texts.
//
// Texts are UTF-8, but any bytes are welcome; the functions that refuse bad
// UTF-8 say so.
package format
