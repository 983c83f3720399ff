// The core for Android Studio: generated Kotlin, what surrounds it, and libraries in src/main/jniLibs (see README.md).
plugins {
    alias(libs.plugins.android.library)
    alias(libs.plugins.kotlin.android)
}

android {
    namespace = "org.xuncha.core"
    compileSdk = libs.versions.compileSdk.get().toInt()
    defaultConfig {
        minSdk = libs.versions.minSdk.get().toInt()
        consumerProguardFiles("consumer-rules.pro")
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
    sourceSets["main"].kotlin.srcDir("build/generated/kotlin")
    // The tests want the core's library of this machine and a real hub: `cargo xtask test kotlin` builds and runs them.
    sourceSets["test"].kotlin.setSrcDirs(emptyList<String>())
}

kotlin {
    jvmToolchain(17)
}

/** The version of the certificate verifier that the library is built with: its Kotlin half must be of the same. */
val verifierVersion = rootDir.resolve("../Cargo.lock").readLines().run {
    get(indexOf("name = \"rustls-platform-verifier-android\"") + 1).removeSurrounding("version = \"", "\"")
}

dependencies {
    implementation(libs.kotlinx.coroutines.core)
    // As an Android library, which brings JNA's own native part for each ABI.
    implementation("${libs.jna.get()}@aar")
    // Found by the library through JNI: without it no hub is reached by HTTPS.
    runtimeOnly("org.rustls:rustls-platform-verifier:$verifierVersion")
}
