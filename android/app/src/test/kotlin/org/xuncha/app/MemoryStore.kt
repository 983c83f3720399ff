package org.xuncha.app

import org.xuncha.app.platform.SecretStore
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey

/** A key store for a machine that has none. It lives as long as the test, over deaths of the process. */
class MemoryStore : SecretStore {
    private var key: SecretKey? = null

    /** What it does instead of answering. */
    var failure: Exception? = null

    override fun key(): SecretKey? {
        failure?.let { throw it }
        return key
    }

    override fun make(): SecretKey = KeyGenerator.getInstance("AES").apply { init(256) }.generateKey().also { key = it }

    /** As after a reset of the phone's key store. */
    fun lose() {
        key = null
    }
}
