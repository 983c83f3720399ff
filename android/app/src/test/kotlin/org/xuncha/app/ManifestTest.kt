package org.xuncha.app

import android.content.pm.ApplicationInfo
import android.content.pm.PackageManager
import org.junit.Assert.assertEquals
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
    fun only_its_first_page_is_open_to_other_apps() {
        val open = info.activities!!.filter { it.exported }.map { it.name } +
            info.providers!!.filter { it.exported }.map { it.name } +
            info.services!!.filter { it.exported }.map { it.name }
        assertEquals(listOf("org.xuncha.app.MainActivity"), open)
    }
}
