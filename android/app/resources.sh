#!/bin/sh
# Compiles the app's resources with aapt2: R.java and the package that Robolectric reads.
# resources.sh ANDROID_JAR OUTPUT_DIR JAVA_DIR, in the app's folder.
set -eu
android=$1 out=$2 java=$3
mkdir -p "$out" "$java"
aapt2 compile --dir src/main/res -o "$out/res.zip"
# The Gradle build takes the package's name and the versions from its own file, not from the manifest. Debian's
# aapt2 is of Android 10 and knows no <queries>.
sed -e 's/<manifest /<manifest package="org.xuncha.app" /' -e '/<queries>/,/<\/queries>/d' src/main/AndroidManifest.xml > "$out/AndroidManifest.xml"
aapt2 link -I "$android" --manifest "$out/AndroidManifest.xml" --min-sdk-version 26 --target-sdk-version 34 \
  --version-code 1 --version-name 0.1.0 --java "$java" -o "$out/resources.apk" "$out/res.zip" 2> "$out/aapt2.txt" \
  || { cat "$out/aapt2.txt" >&2; exit 1; }
