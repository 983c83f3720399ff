package org.xuncha.app.platform

import android.net.Uri
import android.provider.OpenableColumns
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
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
        val shot = ShotProvider.newShot(app)
        val uri = ShotProvider.uriOf(shot)
        provider.openFile(uri, "w").use { java.io.FileOutputStream(it.fileDescriptor).write(byteArrayOf(1, 2, 3)) }
        assertEquals(3, shot.length())
        provider.query(uri, null, null, null, null).use { cursor ->
            assertTrue(cursor.moveToFirst())
            assertEquals(3, cursor.getInt(cursor.getColumnIndexOrThrow(OpenableColumns.SIZE)))
        }
    }

    @Test
    fun a_name_that_leads_out_of_the_folder_opens_nothing() {
        ShotProvider.newShot(app)
        File(app.cacheDir, "secret").writeText("secret")
        for (name in listOf("../secret", "..%2Fsecret", "nothing.jpg", "")) {
            val uri = Uri.parse("content://org.xuncha.app.shots/$name")
            assertThrows(FileNotFoundException::class.java) { provider.openFile(uri, "r") }
        }
    }

    @Test
    fun an_earlier_photo_does_not_stay_behind() {
        val first = ShotProvider.newShot(app)
        ShotProvider.newShot(app)
        assertFalse(first.exists())
    }
}
