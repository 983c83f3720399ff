// What a platform gives a book, played for tests: a clock that is set, random numbers that repeat, a key store in a folder.
package org.xuncha.core

import java.io.File
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.util.UUID

/** Stands still until it is set. */
class StoryClock(var now: Long = 0, var uptime: Long = 0) : Clock {
    override fun now(): Timestamp = now

    override fun uptimeMs(): Long = uptime

    override fun boot(): String = "story"
}

/** splitmix64, from any number on. */
class StoryEntropy(private val seed: Long, var drawn: Long) : TestEntropy {
    override fun bytes(count: UInt): ByteArray {
        val numbers = ByteBuffer.allocate((count.toInt() + 7) / 8 * 8).order(ByteOrder.LITTLE_ENDIAN)
        while (numbers.hasRemaining()) numbers.putLong(number(++drawn))
        return numbers.array().copyOf(count.toInt())
    }

    private fun number(n: Long): Long {
        var z = seed + n * -0x61c8864680b583ebL
        z = (z xor (z ushr 30)) * -0x40a7b892e31b1a47L
        z = (z xor (z ushr 27)) * -0x6b2fb644ecceee15L
        return z xor (z ushr 31)
    }
}

/** Keeps keys as files and gives out their names, as a key store keeps them in its chip. */
class FolderVault(folder: String) : KeyVault {
    private val folder = File(folder)

    override fun wrap(key: ByteArray): ByteArray {
        folder.mkdirs()
        val name = UUID.randomUUID().toString()
        File(folder, name).writeBytes(key)
        return name.toByteArray()
    }

    override fun unwrap(wrapped: ByteArray): ByteArray {
        val file = File(folder, wrapped.decodeToString())
        if (!file.isFile) throw VaultException.KeyLost()
        return file.readBytes()
    }
}
