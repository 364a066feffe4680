package format

import "strings"

// fileTypeRows are the types WordPress knows, extensions in front.
const fileTypeRows = `
jpg|jpeg|jpe image/jpeg
gif image/gif
png image/png
bmp image/bmp
tiff|tif image/tiff
webp image/webp
avif image/avif
ico image/x-icon
heic image/heic
heif image/heif
heics image/heic-sequence
heifs image/heif-sequence
asf|asx video/x-ms-asf
wmv video/x-ms-wmv
wmx video/x-ms-wmx
wm video/x-ms-wm
avi video/avi
divx video/divx
flv video/x-flv
mov|qt video/quicktime
mpeg|mpg|mpe video/mpeg
mp4|m4v video/mp4
ogv video/ogg
webm video/webm
mkv video/x-matroska
3gp|3gpp video/3gpp
3g2|3gp2 video/3gpp2
txt|asc|c|cc|h|srt text/plain
csv text/csv
tsv text/tab-separated-values
ics text/calendar
rtx text/richtext
css text/css
htm|html text/html
vtt text/vtt
dfxp application/ttaf+xml
mp3|m4a|m4b audio/mpeg
aac audio/aac
ra|ram audio/x-realaudio
wav|x-wav audio/wav
ogg|oga audio/ogg
flac audio/flac
mid|midi audio/midi
wma audio/x-ms-wma
wax audio/x-ms-wax
mka audio/x-matroska
rtf application/rtf
js application/javascript
pdf application/pdf
swf application/x-shockwave-flash
class application/java
tar application/x-tar
zip application/zip
gz|gzip application/x-gzip
rar application/rar
7z application/x-7z-compressed
exe application/x-msdownload
psd application/octet-stream
xcf application/octet-stream
doc application/msword
pot|pps|ppt application/vnd.ms-powerpoint
wri application/vnd.ms-write
xla|xls|xlt|xlw application/vnd.ms-excel
mdb application/vnd.ms-access
mpp application/vnd.ms-project
docx application/vnd.openxmlformats-officedocument.wordprocessingml.document
docm application/vnd.ms-word.document.macroEnabled.12
dotx application/vnd.openxmlformats-officedocument.wordprocessingml.template
dotm application/vnd.ms-word.template.macroEnabled.12
xlsx application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
xlsm application/vnd.ms-excel.sheet.macroEnabled.12
xlsb application/vnd.ms-excel.sheet.binary.macroEnabled.12
xltx application/vnd.openxmlformats-officedocument.spreadsheetml.template
xltm application/vnd.ms-excel.template.macroEnabled.12
xlam application/vnd.ms-excel.addin.macroEnabled.12
pptx application/vnd.openxmlformats-officedocument.presentationml.presentation
pptm application/vnd.ms-powerpoint.presentation.macroEnabled.12
ppsx application/vnd.openxmlformats-officedocument.presentationml.slideshow
ppsm application/vnd.ms-powerpoint.slideshow.macroEnabled.12
potx application/vnd.openxmlformats-officedocument.presentationml.template
potm application/vnd.ms-powerpoint.template.macroEnabled.12
ppam application/vnd.ms-powerpoint.addin.macroEnabled.12
sldx application/vnd.openxmlformats-officedocument.presentationml.slide
sldm application/vnd.ms-powerpoint.slide.macroEnabled.12
onetoc|onetoc2|onetmp|onepkg application/onenote
oxps application/oxps
xps application/vnd.ms-xpsdocument
odt application/vnd.oasis.opendocument.text
odp application/vnd.oasis.opendocument.presentation
ods application/vnd.oasis.opendocument.spreadsheet
odg application/vnd.oasis.opendocument.graphics
odc application/vnd.oasis.opendocument.chart
odb application/vnd.oasis.opendocument.database
odf application/vnd.oasis.opendocument.formula
wp|wpd application/wordperfect
key application/vnd.apple.keynote
numbers application/vnd.apple.numbers
pages application/vnd.apple.pages
`

// KnownFileTypes are all types WordPress knows, allowed or not:
// wp_get_mime_types.
func KnownFileTypes() FileTypes {
	var list FileTypes
	for _, row := range strings.Split(strings.Trim(fileTypeRows, "\n"), "\n") {
		exts, mime, _ := strings.Cut(row, " ")
		list = append(list, FileType{strings.Split(exts, "|"), mime})
	}
	return list
}

// FontFileTypes are the types that fonts may have:
// WP_Font_Utils::get_allowed_font_mime_types on a current PHP.
func FontFileTypes() FileTypes {
	return FileTypes{
		{[]string{"otf"}, "application/vnd.ms-opentype"},
		{[]string{"ttf"}, "font/sfnt"},
		{[]string{"woff"}, "font/woff"},
		{[]string{"woff2"}, "font/woff2"},
	}
}

// Kind is a kind of file and the extensions that belong to it.
type Kind struct {
	Name       string
	Extensions []string
}

// fileKindRows are the kinds, their names in front.
const fileKindRows = `
image jpg jpeg jpe gif png bmp tif tiff ico heic heif webp avif
audio aac ac3 aif aiff flac m3a m4a m4b mka mp1 mp2 mp3 ogg oga ram wav wma
video 3g2 3gp 3gpp asf avi divx dv flv m4v mkv mov mp4 mpeg mpg mpv ogm ogv qt rm vob wmv
document doc docx docm dotm odt pages pdf xps oxps rtf wp wpd psd xcf
spreadsheet numbers ods xls xlsx xlsm xlsb
interactive swf key ppt pptx pptm pps ppsx ppsm sldx sldm odp
text asc csv tsv txt
archive bz2 cab dmg gz rar sea sit sqx tar tgz zip 7z
code css htm html php js
`

// FileKinds are the kinds of files in order: wp_get_ext_types.
func FileKinds() []Kind {
	var list []Kind
	for _, row := range strings.Split(strings.Trim(fileKindRows, "\n"), "\n") {
		words := strings.Fields(row)
		list = append(list, Kind{words[0], words[1:]})
	}
	return list
}
