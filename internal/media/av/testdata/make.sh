#!/bin/sh
# Makes the samples of this directory, with ffmpeg 5.1, lame 3.100,
# vorbis-tools, opus-tools, flac and mkvtoolnix. want.txt is what
# wp_read_audio_metadata and wp_read_video_metadata of WordPress 7.1 answer for
# them, serialised, with the data of covers replaced by their MD5.
set -e
ff() { ffmpeg -v error -y "$@"; }
sine="-f lavfi -i sine=frequency=440:duration=0.2"
film="-f lavfi -i testsrc=size=64x48:rate=10:duration=0.3"
tags="-metadata title=Title -metadata artist=Artist -metadata album=Album -metadata date=2019 -metadata track=3/12 -metadata genre=Jazz -metadata comment=Comment"
ff -f lavfi -i color=red:s=64x48 -frames:v 1 cover.jpg
ff $sine plain.wav
ff $sine -ar 8000 -c:a pcm_mulaw mulaw.wav
ff $sine -ar 8000 -ac 2 -c:a pcm_s24le s24.wav
ff $sine -c:a libmp3lame -b:a 64k mp3.wav
ff $sine -ar 8000 plain.aiff
ff $sine -b:a 64k cbr.mp3
ff $sine $tags -b:a 64k -id3v2_version 4 -write_id3v1 1 tags24.mp3
ff $sine $tags -q:a 5 -ac 2 -id3v2_version 3 vbr.mp3
ff $sine $tags -b:a 64k -id3v2_version 0 -write_id3v1 1 -write_xing 0 v1.mp3
ff $sine -i cover.jpg -map 0 -map 1 -c:v copy -b:a 64k -id3v2_version 3 cover.mp3
lame --quiet -V 4 --add-id3v2 --tt Läme --ta Ärt --ty 2001 --tn 2/9 --tg 17 plain.wav lame.mp3
lame --quiet --abr 96 --id3v2-utf16 --tt 'Läme ✓' plain.wav abr.mp3
lame --quiet --freeformat -b 200 -t plain.wav free.mp3
lame --quiet -V 2 -t plain.wav notag.mp3
head -c 1200 cbr.mp3 > cut.mp3
flac -s -f --picture=cover.jpg -T TITLE=Title plain.wav -o cover.flac
oggenc -Q -q 3 -t Title plain.wav -o vorbis.ogg
oggenc -Q -b 64 plain.wav -o abr.ogg
opusenc --quiet --picture cover.jpg --title Title plain.wav opus.ogg
ff $film $sine -c:v libtheora -c:a libvorbis film.ogv
ff $sine $tags -c:a aac sound.m4a
ff $sine -i cover.jpg -map 0 -map 1 -c:v copy -disposition:v attached_pic -c:a aac cover.m4a
ff $sine -c:a alac alac.m4a
ff $film $sine -c:v libx264 -pix_fmt yuv420p -c:a aac -metadata creation_time=2020-03-04T05:06:07Z film.mp4
ff $film -c:v libx264 -pix_fmt yuv420p -movflags frag_keyframe+empty_moov parts.mp4
ff $film $sine -c:v libx264 -pix_fmt yuv420p -c:a aac film.mov
head -c 2000 film.mp4 > cut.mp4
ff $film $sine -c:v libvpx -c:a libvorbis vp8.webm
ff $sine -c:a libopus sound.webm
ff $film $sine -c:v libx264 -c:a libmp3lame -metadata creation_time=2020-03-04T05:06:07Z film.mkv
mkvmerge -q -w -o merged.webm vp8.webm
ff $film $sine -c:v mpeg4 -c:a libmp3lame film.avi
ff $film $sine -c:v flv -ar 22050 -c:a libmp3lame film.flv
printf '\0\0\0\030ftypmp42' > tiny.mp4
rm cover.jpg
