package org.xuncha.app

import java.io.File
import java.io.IOException

/** A disk of a few megabytes, to be filled; needs the right to mount, which CI has. */
class SmallDisk(val folder: File) : AutoCloseable {
    private val ballast = File(folder, "ballast")

    init {
        folder.mkdirs()
        run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder.path)
    }

    /** Fills what is left, down to the last block. */
    fun fill() {
        ballast.outputStream().use { out ->
            try {
                while (true) out.write(ByteArray(4096))
            } catch (_: IOException) {
                // It is full now.
            }
        }
    }

    fun makeRoom() = check(ballast.delete())

    override fun close() = run("umount", folder.path)

    private fun run(vararg words: String) {
        val process = ProcessBuilder(*words).redirectErrorStream(true).start()
        val said = process.inputStream.bufferedReader().readText()
        check(process.waitFor() == 0) { "${words.joinToString(" ")}: $said" }
    }
}
