package org.xuncha.app

import android.app.Application
import org.xuncha.app.platform.Connectivity
import org.xuncha.app.platform.KeystoreVault
import org.xuncha.app.platform.UploadJob
import org.xuncha.core.Certificates

/** The process: it holds the phone's book for as long as it lives. */
class App : Application() {
    lateinit var phone: Phone
        private set

    override fun onCreate() {
        super.onCreate()
        Certificates.handOver(this)
        begin(Phone(this, KeystoreVault(this)))
    }

    /** Starts with this phone; a test hands in another one, as after the death of a process. */
    fun begin(phone: Phone) {
        this.phone = phone
        UploadJob.plan(this)
        Connectivity.watch(this) { this.phone.uploads.start() }
    }
}
