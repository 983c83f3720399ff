// A library that does not belong to the bindings: one clear sentence, before anything is touched. A library is loaded once a
// process, so each is tried in a process of its own.
package org.xuncha.core

import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import java.io.File

class LibraryTest {
    @get:Rule
    val folder = TemporaryFolder()

    @Test
    fun `the library of this build opens a book`() {
        assertEquals("opened", tryWith(RIGHT))
        assertTrue(folder.root.resolve("data").exists())
    }

    @Test
    fun `a library of another build is refused by its fingerprint`() {
        val other = CONTRACT.dropLast(1) + if (CONTRACT.last() == '0') '1' else '0'
        refused(RIGHT.with(CONTRACT, other), "library $other, bindings $CONTRACT")
    }

    @Test
    fun `a library that lacks a call is refused`() {
        refused(RIGHT.with("uniffi_xuncha_core_fn_method_fieldbook_outbox", "uniffi_xuncha_core_fn_method_fieldbook_inbox_"), "")
    }

    @Test
    fun `a library without UniFFI's own check of a call is refused`() {
        val checksum = "uniffi_xuncha_core_checksum_method_fieldbook_"
        refused(RIGHT.with(checksum + "outbox", checksum + "inbox_"), "")
    }

    @Test
    fun `another library and none at all are refused`() {
        val other = File(System.getProperty("java.home"), "lib/libzip.so")
        assertTrue(other.isFile)
        refused(other, "")
        refused(folder.root.resolve("libxuncha.so"), "Unable to load library")
    }

    private fun refused(
        library: File,
        detail: String,
    ) {
        val said = tryWith(library)
        assertTrue(said, said.startsWith("refused: 应用没有装好，请重新安装应用，资料都在。 The app is not installed properly"))
        assertTrue(said, detail in said)
        assertEquals(said, 1, said.lines().size)
        assertFalse(folder.root.resolve("data").exists())
    }

    private fun tryWith(library: File): String {
        val java = File(System.getProperty("java.home"), "bin/java").path
        val flag = "-Duniffi.component.xuncha.libraryOverride=${library.path}"
        val classes = System.getProperty("surefire.test.class.path") ?: System.getProperty("java.class.path")
        val run = ProcessBuilder(java, flag, "-cp", classes, "org.xuncha.core.TryOpenKt", folder.root.path)
        val process = run.redirectError(ProcessBuilder.Redirect.INHERIT).start()
        val said = process.inputStream.bufferedReader(Charsets.UTF_8).readText().trim()
        assertEquals(said, 0, process.waitFor())
        return said
    }

    /** A copy with one text exchanged for another of its length, wherever it stands. */
    private fun File.with(
        text: String,
        other: String,
    ): File {
        require(text.length == other.length)
        val (from, to) = Pair(text.toByteArray(), other.toByteArray())
        val bytes = readBytes()
        var found = 0
        for (at in 0..bytes.size - from.size) {
            if (bytes[at] == from[0] && from.indices.all { bytes[at + it] == from[it] }) {
                to.copyInto(bytes, at)
                found++
            }
        }
        assertTrue("$text is in the library", found > 0)
        return folder.newFile().apply { writeBytes(bytes) }
    }

    private companion object {
        val RIGHT = File(System.getProperty("uniffi.component.xuncha.libraryOverride"))
    }
}
