// What goes wrong at the border: on either side, in whatever the other one hands in.
package org.xuncha.core

import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder
import java.nio.ByteBuffer

class BorderTest {
    @get:Rule
    val folder = TemporaryFolder()

    private val data get() = folder.root.resolve("data")

    private fun vault() = FolderVault(folder.root.resolve("vault").path)

    private fun open(
        vault: KeyVault = vault(),
        clock: Clock? = null,
        entropy: TestEntropy? = null,
    ) = openBook(data.path, vault, clock, entropy)

    @Test
    fun `a text that is no id is told by the core's own code`() {
        open().use { book ->
            assertEquals(FieldErrorCode.UNKNOWN_VENUE, codeOf { book.venue("no id") })
            assertEquals(FieldErrorCode.NOT_FOUND, codeOf { book.draft("") })
            assertEquals(FieldErrorCode.NOT_FOUND, codeOf { book.record("019") })
            assertEquals(FieldErrorCode.NOT_FOUND, codeOf { book.coverage("2026-13") })
            assertEquals(FieldErrorCode.UNKNOWN_MEMBER, codeOf { book.start(ID, listOf("nobody")) })
            assertEquals(FieldErrorCode.WRONG_ANSWER, codeOf { book.goTo(ID, "Not A Code") })
            assertEquals(FieldErrorCode.BAD_TEXT, codeOf { book.checkIn(ID, note = "x".repeat(1001)) })
            assertEquals(FieldErrorCode.WRONG_PLACARD, codeOf { book.scanPlacard(ID, " ") })
        }
    }

    @Test
    fun `a position that is none is told by the core's own code`() {
        open().use { book ->
            assertEquals(FieldErrorCode.BAD_FIX, codeOf { book.homeAt(fix(91.0, 0.0)) })
            assertEquals(FieldErrorCode.BAD_FIX, codeOf { book.homeAt(fix(Double.NaN, 0.0)) })
            assertEquals(FieldErrorCode.BAD_FIX, codeOf { book.nearby(fix(32.0, 118.0, accuracy = -1.0), 5u) })
            assertEquals(FieldErrorCode.NOT_ENROLLED, codeOf { book.homeAt(fix(32.0, 118.0)) })
        }
    }

    @Test
    fun `every code has advice in both languages`() {
        for (code in FieldErrorCode.entries) {
            assertTrue(code.name, code.advice(Locale.ZH_HANS).any { it in '\u4e00'..'\u9fff' })
            assertTrue(code.name, code.advice(Locale.EN).all { it.code < 128 })
            assertEquals(code.name.lowercase(), code.text())
        }
        assertEquals(Locale.EN, localeOf("en_GB"))
        assertEquals(Locale.ZH_HANS, localeOf("ug-CN"))
    }

    @Test
    fun `a key store that fails in whatever way is one that does not answer now`() {
        val failures =
            listOf(
                IllegalStateException("a bug in the shell"),
                VaultException.Unavailable("locked"),
                StackOverflowError("deep"),
            )
        for (failure in failures) {
            val code = codeOf { open(FailingVault(failure)) }
            assertEquals(failure.toString(), FieldErrorCode.VAULT_UNAVAILABLE, code)
        }
        open().use { assertTrue(it.status().mustEnrol) }
    }

    @Test
    fun `a key store that lost the key is told plainly and nothing is wiped`() {
        open().close()
        folder.root.resolve("vault").deleteRecursively()
        open().use { book ->
            assertEquals(listOf(NoticeCode.NOT_ENROLLED), book.status().notices.map { it.code })
            assertEquals(emptyList<Issue>(), book.selfCheck().issues.filter { it.code == IssueCode.DATABASE })
        }
    }

    @Test
    fun `a clock that throws ends the call and not the process`() {
        var broken = false
        val clock =
            object : Clock {
                override fun now() = if (broken) error("no time") else 1_795_500_000_000

                override fun uptimeMs() = 1L

                override fun boot(): String? = null
            }
        open(clock = clock).use { book ->
            broken = true
            assertEquals(FieldErrorCode.INTERNAL, codeOf { book.start(ID) })
            broken = false
            assertEquals(FieldErrorCode.NOT_ENROLLED, codeOf { book.start(ID) })
        }
    }

    @Test
    fun `random numbers that are too few end the call`() {
        val scant =
            object : TestEntropy {
                override fun bytes(count: UInt) = ByteArray(3)
            }
        assertEquals(FieldErrorCode.INTERNAL, codeOf { open(entropy = scant) })
        open().close()
    }

    @Test
    fun `a database of a newer app is left alone`() {
        val store = data.resolve("store").apply { mkdirs() }
        val database = store.resolve("book.db").apply { writeBytes(emptyDatabase(version = 9_999)) }
        val before = database.readBytes().toList()
        assertEquals(FieldErrorCode.DATABASE_NEWER, codeOf { open() })
        assertEquals(before, database.readBytes().toList())
    }

    @Test
    fun `a book that is open is not opened twice, and a closed one is no crash`() {
        val book = open()
        assertEquals(FieldErrorCode.IN_USE, codeOf { open() })
        book.close()
        assertThrows(IllegalStateException::class.java) { book.status() }
        open().use { assertFalse(it.status().notices.isEmpty()) }
    }

    @Test
    fun `a picture that is none and a code that is not ours are told apart`() {
        val text = folder.newFile("text.jpg").apply { writeText("no picture") }
        assertEquals(FieldErrorCode.NOT_A_PICTURE, codeOf { cardInPhoto(text.path) })
        assertEquals(FieldErrorCode.NOT_A_PICTURE, codeOf { cardInPhoto("/nowhere.jpg") })
        val other = folder.newFile("other.png").apply { writeBytes(pictureOf("https://pay.example/1")) }
        assertEquals(FieldErrorCode.WRONG_CARD, codeOf { cardInPhoto(other.path) })
        val placard = folder.newFile("placard.png").apply { writeBytes(pictureOf("XC-0042")) }
        assertEquals("XC-0042", placardInPhoto(placard.path))
    }

    /** An SQLite file of one empty page (sqlite.org/fileformat2.html). */
    private fun emptyDatabase(version: Int): ByteArray {
        val page = ByteBuffer.allocate(4096)
        page.put("SQLite format 3\u0000".toByteArray()).putShort(4096).put(byteArrayOf(1, 1, 0, 64, 32, 32))
        page.putInt(24, 1).putInt(28, 1).putInt(44, 4).putInt(56, 1).putInt(60, version).putInt(92, 1)
        // The root of the schema: a leaf without cells.
        return page.put(100, 13).putShort(105, 4096).array()
    }

    companion object {
        const val ID = "01932a00-0000-7000-8000-000000000001"
    }
}

private class FailingVault(private val failure: Throwable) : KeyVault {
    override fun wrap(key: ByteArray): ByteArray = throw failure

    override fun unwrap(wrapped: ByteArray): ByteArray = throw failure
}
