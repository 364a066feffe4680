// Package peer holds the tests that run Platen beside a real WordPress in PHP,
// on the same MariaDB. They need php-fpm, nginx, mariadbd and a WordPress:
// Debian's package, or the directory that PLATEN_PEER_WORDPRESS names. Run them
// with make test-peer.
package peer
