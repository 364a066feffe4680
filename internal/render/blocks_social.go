package render

import (
	"strings"
)

// socialNames are the services a social link knows by name.
var socialNames = map[string]string{"wordpress": "WordPress", "x": "X", "facebook": "Facebook", "mail": "Mail", "twitter": "Twitter",
	"instagram": "Instagram", "github": "GitHub", "youtube": "YouTube", "linkedin": "LinkedIn", "mastodon": "Mastodon", "bluesky": "Bluesky",
	"threads": "Threads", "tiktok": "TikTok", "pinterest": "Pinterest", "reddit": "Reddit", "telegram": "Telegram", "whatsapp": "WhatsApp",
	"tumblr": "Tumblr", "vimeo": "Vimeo", "spotify": "Spotify", "soundcloud": "SoundCloud", "medium": "Medium", "feed": "RSS Feed", "chain": "Link",
	"amazon": "Amazon", "bandcamp": "Bandcamp", "behance": "Behance", "codepen": "CodePen", "deviantart": "DeviantArt", "discord": "Discord",
	"dribbble": "Dribbble", "dropbox": "Dropbox", "etsy": "Etsy", "fivehundredpx": "500px", "flickr": "Flickr", "foursquare": "Foursquare",
	"goodreads": "Goodreads", "google": "Google", "gravatar": "Gravatar", "lastfm": "Last.fm", "meetup": "Meetup", "patreon": "Patreon",
	"pocket": "Pocket", "skype": "Skype", "snapchat": "Snapchat", "twitch": "Twitch", "vk": "VK", "yelp": "Yelp"}

// socialIcon stands for every service: a plain ring of our own, since the
// services' pictures are not ours to give.
const socialIcon = `<svg width="24" height="24" viewBox="0 0 24 24" version="1.1" xmlns="http://www.w3.org/2000/svg" aria-hidden="true" focusable="false"><circle cx="12" cy="12" r="7" fill="none" stroke="currentColor" stroke-width="2"></circle></svg>`

func renderSocialLink(b *Block, _ string) string {
	url := str(b.attr("url"))
	if empty(url) {
		return ""
	}
	service := orString(b.attr("service"), "Icon")
	text := phpTrim(str(b.attr("label")))
	if empty(text) {
		if text = socialNames[service]; text == "" {
			text = "Share Icon"
		}
	}
	if isMail(url) {
		url = "mailto:" + url
	}
	if !hasScheme(url) && !strings.HasPrefix(url, "//") && !strings.HasPrefix(url, "#") {
		url = "https://" + url
	}
	class, style := "wp-social-link wp-social-link-"+service, ""
	for _, c := range [][3]string{{"iconColor", "-color", "color"}, {"iconBackgroundColor", "-background-color", "background-color"}} {
		if v, ok := b.Context[c[0]]; ok && v != nil {
			class += " has-" + str(v) + c[1]
		}
		if v, ok := b.Context[c[0]+"Value"]; ok && v != nil {
			style += c[2] + ":" + str(v) + ";"
		}
	}
	hidden := " screen-reader-text"
	if truthy(b.Context["showLabels"]) {
		hidden = ""
	}
	link := "<li " + b.wrapper("class", class, "style", style) + `><a href="` + escURL(url) + `" class="wp-block-social-link-anchor">` + socialIcon +
		`<span class="wp-block-social-link-label` + hidden + `">` + escHTML(text) + "</span></a></li>"
	t := newTags(link)
	if t.nextNamed("A") {
		rel := str(b.attr("rel"))
		if truthy(b.Context["openInNewTab"]) {
			t.setAttr("rel", phpTrim(rel+" noopener nofollow"))
			t.setAttr("target", "_blank")
		} else if rel != "" {
			t.setAttr("rel", phpTrim(rel))
		}
	}
	return t.String()
}

func hasScheme(url string) bool {
	i := strings.IndexByte(url, ':')
	if i <= 0 || !isLetter(url[0]) {
		return false
	}
	rest := url[i+1:]
	port := len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9'
	return !strings.ContainsAny(url[:i], "/?#") && !port
}
