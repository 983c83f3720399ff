#!/bin/sh
# On a Mac with Xcode: the core as XCFramework for iPhone and simulator, where ios/XunchaKit/Package.swift looks for it.
# Needs: rustup target add aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios aarch64-apple-darwin
set -eu
cd "$(dirname "$0")/.."

cargo xtask bindings
generated=ios/XunchaKit/Generated
target=$(cargo metadata --no-deps --format-version 1 | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')

for triple in aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios aarch64-apple-darwin; do
  IPHONEOS_DEPLOYMENT_TARGET=16.0 MACOSX_DEPLOYMENT_TARGET=13.0 \
    cargo build --package xuncha-bindings --lib --no-default-features --profile dist --target "$triple"
done

# One library for both kinds of simulator: an XCFramework takes one a platform.
mkdir -p "$target/simulator"
lipo -create -output "$target/simulator/libxuncha.a" \
  "$target/aarch64-apple-ios-sim/dist/libxuncha.a" "$target/x86_64-apple-ios/dist/libxuncha.a"

rm -rf "$generated/XunchaCoreFFI.xcframework"
xcodebuild -create-xcframework \
  -library "$target/aarch64-apple-ios/dist/libxuncha.a" -headers "$generated/XunchaCoreFFI" \
  -library "$target/simulator/libxuncha.a" -headers "$generated/XunchaCoreFFI" \
  -library "$target/aarch64-apple-darwin/dist/libxuncha.a" -headers "$generated/XunchaCoreFFI" \
  -output "$generated/XunchaCoreFFI.xcframework"
