// swift-tools-version: 6.0
// XunchaKit: what the iOS app is without its views. It builds and is tested on Linux too (`cargo xtask test swift`).
import PackageDescription

// `cargo xtask bindings` makes what lies in Generated. On Linux the library is found by the linker's flags.
#if os(Linux)
    let library = Target.systemLibrary(name: "XunchaCoreFFI", path: "Generated/XunchaCoreFFI")
#else
    let library = Target.binaryTarget(name: "XunchaCoreFFI", path: "Generated/XunchaCoreFFI.xcframework")
#endif

let package = Package(
    name: "XunchaKit",
    platforms: [.iOS(.v16), .macOS(.v13)],
    products: [.library(name: "XunchaKit", targets: ["XunchaKit", "XunchaCore"])],
    targets: [
        library,
        // Generated code does not pass the checks of Swift 6.
        .target(
            name: "XunchaCore", dependencies: ["XunchaCoreFFI"], path: "Generated/XunchaCore",
            swiftSettings: [.swiftLanguageMode(.v5)],
            linkerSettings: [
                .linkedLibrary("xuncha", .when(platforms: [.linux])),
                // The core asks Apple's own certificate verifier.
                .linkedFramework("Security", .when(platforms: [.iOS, .macOS])),
                .linkedFramework("CoreFoundation", .when(platforms: [.iOS, .macOS])),
            ]),
        .target(name: "XunchaKit", dependencies: ["XunchaCore"]),
        .executableTarget(name: "StoryPhone", dependencies: ["XunchaCore"], path: "Tests/StoryPhone"),
        .testTarget(name: "XunchaKitTests", dependencies: ["XunchaKit", "XunchaCore"]),
    ],
    swiftLanguageModes: [.v6]
)
