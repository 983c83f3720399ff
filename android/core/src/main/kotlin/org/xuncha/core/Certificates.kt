// TLS on Android: the core asks the platform whether a hub's certificate is good, and needs the app's context for it.
package org.xuncha.core

object Certificates {
    /** Before the first book is opened: `Certificates.handOver(applicationContext)`. Does nothing where there is no Android. */
    fun handOver(applicationContext: Any) {
        if (System.getProperty("java.vm.name") != "Dalvik") return
        try {
            // JNA's own way to the library leads past JNI.
            System.loadLibrary("xuncha")
            init(applicationContext)
        } catch (_: LinkageError) {
            // The library is missing or another's: requireRightLibrary finds that too, where it can be told.
        }
    }

    private external fun init(applicationContext: Any)
}
