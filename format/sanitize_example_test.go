package format_test

import (
	"fmt"

	"github.com/platenhq/platen/format"
)

func ExampleSanitizeTitle() {
	fmt.Println(format.SanitizeTitle("Crème brûlée – for 2 & more", ""))
	fmt.Println(format.SanitizeTitleIn("de_DE", "Grüße", ""))
	fmt.Println(format.SanitizeTitle("!?", "untitled"))
	// Output:
	// creme-brulee-for-2-more
	// gruesse
	// untitled
}

func ExampleKses() {
	posts := format.NewKses(format.KsesPost, "")
	fmt.Println(posts.Filter(`<p onclick="evil()" style="color:red;behavior:x">a <script>b</script> & <a href="javascript:c">d</a></p>`))
	// Output:
	// <p style="color:red">a b &amp; <a href="c">d</a></p>
}

func ExampleZone() {
	zone, err := format.NewZone("America/New_York", 0)
	if err != nil {
		panic(err)
	}
	local, gmt, _ := zone.RESTDate("2024-07-15T10:30:00", false)
	fmt.Println(local, "is", gmt, "UTC")
	// Output:
	// 2024-07-15 10:30:00 is 2024-07-15 14:30:00 UTC
}

func ExamplePostSlug_Unique() {
	used := map[string]bool{"news": true, "news-2": true}
	slug, _ := format.PostSlug{Slug: "news", Type: "post", Status: "publish"}.Unique(
		func(slug string, _ format.SlugScope) (bool, error) { return used[slug], nil })
	fmt.Println(slug)
	// Output:
	// news-3
}

func ExampleSanitizeFileName() {
	fmt.Println(format.SanitizeFileName("../My photo.php.JPG", format.AllowedFileTypes(false)))
	// Output:
	// My-photo.php_.JPG
}
