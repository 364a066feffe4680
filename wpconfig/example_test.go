package wpconfig_test

import (
	"fmt"

	"github.com/platenhq/platen/wpconfig"
)

func Example() {
	config := wpconfig.Parse("/var/www/html/wp-config.php", `<?php
define( 'DB_NAME', getenv( 'DB_NAME' ) ?: 'wordpress' );
define( 'DB_USER', 'wp' );
define( 'DB_PASSWORD', 'secret' );
define( 'DB_HOST', 'localhost:/run/mysqld/mysqld.sock' );
define( 'WP_HOME', 'https://' . $_SERVER['HTTP_HOST'] );
$table_prefix = 'blog_';
require_once ABSPATH . 'wp-settings.php';
`, wpconfig.Options{})

	db, err := config.Database()
	fmt.Println(db.Name, db.Network, db.Address, db.Prefix, err)
	_, _, err = config.String("WP_HOME")
	fmt.Println(err)
	// Output:
	// wordpress unix /run/mysqld/mysqld.sock blog_ <nil>
	// /var/www/html/wp-config.php:6: WP_HOME depends on the request ($_SERVER['HTTP_HOST']); set it with --url
}
