package org.xuncha.app.platform

import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import java.io.File
import java.io.FileInputStream
import java.io.FileNotFoundException

/** The app that was chosen reads the one file that is handed over, writes nothing and reaches nothing else of ours. */
@RunWith(RobolectricTestRunner::class)
class HandOverProviderTest {
    private val app = RuntimeEnvironment.getApplication()
    private val provider = Robolectric.setupContentProvider(HandOverProvider::class.java)

    @Test
    fun the_file_is_read_and_cannot_be_written() {
        val file = HandOverProvider.newFile(app, "李明远-1112-0930.xuncha")
        file.writeText("sealed")
        val uri = HandOverProvider.uriOf(file)
        assertEquals("sealed", provider.openFile(uri, "r").use { FileInputStream(it.fileDescriptor).bufferedReader().readText() })
        for (mode in listOf("w", "rw", "wt", "rwt", "wa")) {
            assertThrows(SecurityException::class.java) { provider.openFile(uri, mode) }
        }
        assertEquals("sealed", file.readText())
    }

    @Test
    fun what_lies_elsewhere_in_the_cache_is_not_reached() {
        HandOverProvider.newFile(app, "out.xuncha")
        File(app.cacheDir, "secret").writeText("secret")
        val uri = HandOverProvider.uriOf(File("../secret"))
        assertThrows(FileNotFoundException::class.java) { provider.openFile(uri, "r") }
        val shot = ShotProvider.uriOf(ShotProvider.newShot(app, "draft", null))
        assertThrows(FileNotFoundException::class.java) { provider.openFile(shot, "r") }
    }
}
