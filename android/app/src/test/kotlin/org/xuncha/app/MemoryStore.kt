package org.xuncha.app

import org.xuncha.app.platform.SecretStore
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey

/** A key store for a machine that has none. It lives as long as the test, over deaths of the process. */
class MemoryStore : SecretStore {
    private var key: SecretKey? = null

    private val stumbles = ArrayDeque<Exception>()

    /** What it does instead of answering. */
    var failure: Exception? = null

    /** What it says of the key that it has. */
    var unreadable: Exception? = null

    /** How many keys were made. */
    var made = 0
        private set

    override fun key(): SecretKey? {
        (stumbles.removeFirstOrNull() ?: failure ?: unreadable)?.let { throw it }
        return key
    }

    override fun make(): SecretKey {
        made++
        unreadable = null
        return KeyGenerator.getInstance("AES").apply { init(256) }.generateKey().also { key = it }
    }

    /** So many questions come to nothing, and then it answers again. */
    fun stumble(times: Int, failure: Exception) = repeat(times) { stumbles += failure }

    /** As after a reset of the phone's key store. */
    fun lose() {
        key = null
    }
}
