package org.xuncha.app

import android.content.Intent
import android.content.pm.ApplicationInfo
import android.content.pm.PackageManager
import android.net.Uri
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment

/** What the app asks of the phone and opens to others is exactly this. */
@RunWith(RobolectricTestRunner::class)
class ManifestTest {
    private val app = RuntimeEnvironment.getApplication()
    private val all =
        PackageManager.GET_PERMISSIONS or PackageManager.GET_ACTIVITIES or PackageManager.GET_PROVIDERS or PackageManager.GET_SERVICES
    private val info = app.packageManager.getPackageInfo(app.packageName, all)

    @Test
    fun it_asks_for_network_and_position_and_for_neither_camera_nor_files() {
        val asked = info.requestedPermissions!!.map { it.removePrefix("android.permission.") }.toSet()
        val wanted = setOf("INTERNET", "ACCESS_NETWORK_STATE", "ACCESS_COARSE_LOCATION", "ACCESS_FINE_LOCATION", "RECEIVE_BOOT_COMPLETED")
        assertEquals(wanted, asked)
    }

    @Test
    fun nothing_of_it_goes_into_a_backup() {
        assertEquals(0, app.applicationInfo.flags and ApplicationInfo.FLAG_ALLOW_BACKUP)
    }

    @Test
    fun files_that_may_be_an_answer_are_opened_and_shared_with_it_and_no_others() {
        val (unknown, picture, words) = Triple("application/octet-stream", "image/jpeg", "text/plain")
        val (view, send) = Intent.ACTION_VIEW to Intent.ACTION_SEND
        val ofMessenger = "Android/data/com.alibaba.android.rimet/files/answer.xuncha"
        for (name in listOf("answer.xuncha", "storage/a.b/answer.xuncha", "c.d/a.b/answer.xuncha", ofMessenger)) {
            assertTrue(name, isOffered(Intent(view).setDataAndType(Uri.parse("content://files.example/$name"), words)))
        }
        val byNumber = Uri.parse("content://files.example/media/17")
        assertTrue(isOffered(Intent(view).setDataAndType(byNumber, unknown)))
        assertTrue(isOffered(Intent(send).setType(unknown)))
        assertTrue("a messenger that knows no type", isOffered(Intent(send).setType("*/*")))
        assertFalse(isOffered(Intent(view).setDataAndType(byNumber, picture)))
        assertFalse(isOffered(Intent(view).setDataAndType(Uri.parse("content://files.example/answer.pdf"), words)))
        assertFalse(isOffered(Intent(send).setType(picture)))
        assertFalse(isOffered(Intent(send).setType(words)))
    }

    private fun isOffered(intent: Intent): Boolean =
        app.packageManager.queryIntentActivities(intent, PackageManager.MATCH_DEFAULT_ONLY).any {
            it.activityInfo.packageName == app.packageName
        }

    @Test
    fun only_its_first_page_is_open_to_other_apps() {
        val open = info.activities!!.filter { it.exported }.map { it.name } +
            info.providers!!.filter { it.exported }.map { it.name } +
            info.services!!.filter { it.exported }.map { it.name }
        assertEquals(listOf("org.xuncha.app.MainActivity"), open)
    }
}
