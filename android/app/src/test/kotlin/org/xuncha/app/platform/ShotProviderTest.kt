package org.xuncha.app.platform

import android.net.Uri
import android.provider.OpenableColumns
import org.junit.Assert.assertEquals
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import java.io.File
import java.io.FileNotFoundException

/** The camera may write into the one file it was given, and reach nothing else of ours. */
@RunWith(RobolectricTestRunner::class)
class ShotProviderTest {
    private val app = RuntimeEnvironment.getApplication()
    private val provider = Robolectric.setupContentProvider(ShotProvider::class.java)

    @Test
    fun the_camera_writes_into_the_file_that_was_made_for_it() {
        val shot = newShot()
        val uri = ShotProvider.uriOf(shot)
        provider.openFile(uri, "w").use { java.io.FileOutputStream(it.fileDescriptor).write(byteArrayOf(1, 2, 3)) }
        assertEquals(3, shot.file.length())
        provider.query(uri, null, null, null, null).use { cursor ->
            assertTrue(cursor.moveToFirst())
            assertEquals(3, cursor.getInt(cursor.getColumnIndexOrThrow(OpenableColumns.SIZE)))
        }
    }

    @Test
    fun a_name_that_leads_out_of_the_folder_opens_nothing() {
        newShot()
        File(app.noBackupFilesDir, "secret").writeText("secret")
        for (name in listOf("../secret", "..%2Fsecret", "nothing.jpg", "")) {
            val uri = Uri.parse("content://org.xuncha.app.shots/$name")
            assertThrows(FileNotFoundException::class.java) { provider.openFile(uri, "r") }
        }
    }

    @Test
    fun an_earlier_photo_stays_beside_the_next_and_each_says_what_it_is_of() {
        val first = newShot()
        val second = ShotProvider.newShot(app, "draft", null)
        val other = ShotProvider.newShot(app, "other", "wb_sign")
        first.file.setLastModified(1_000)
        assertEquals(listOf(first, second), ShotProvider.shotsOf(app, "draft"))
        assertEquals(listOf("wb_sign", null), listOf(first.item, second.item))
        assertEquals(listOf(other), ShotProvider.shotsOf(app, "other"))
    }

    @Test
    fun a_photo_lies_where_the_system_empties_nothing_and_no_backup_reaches() {
        assertEquals(app.noBackupFilesDir, newShot().file.parentFile!!.parentFile)
    }

    private fun newShot() = ShotProvider.newShot(app, "draft", "wb_sign")
}
