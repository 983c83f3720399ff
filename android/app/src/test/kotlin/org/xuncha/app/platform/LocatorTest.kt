package org.xuncha.app.platform

import android.app.Application
import android.location.Location
import android.location.LocationManager
import android.os.Looper
import android.os.SystemClock
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.xuncha.core.Datum
import org.xuncha.core.Fix
import org.xuncha.core.Provider
import java.time.Duration

/** One reading of the position: the best there is within 15 seconds, or honestly none. */
@RunWith(RobolectricTestRunner::class)
class LocatorTest {
    private val app: Application = RuntimeEnvironment.getApplication()
    private val manager = app.getSystemService(LocationManager::class.java)
    private val answers = ArrayList<Fix?>()

    @Before
    fun satellites_and_network_are_on() {
        shadowOf(app).grantPermissions(*Locator.PERMISSIONS)
        listOf(LocationManager.GPS_PROVIDER, LocationManager.NETWORK_PROVIDER).forEach { shadowOf(manager).setProviderEnabled(it, true) }
    }

    @Test
    fun a_good_reading_of_the_satellites_ends_it_at_once() {
        Locator(app).read(answers::add)
        arrive(LocationManager.GPS_PROVIDER, 32.06, 118.79, accuracy = 8f)
        val fix = answers.single()!!
        assertEquals(Provider.GNSS, fix.provider)
        assertEquals(Datum.WGS84, fix.raw.datum)
        assertEquals(32.06, fix.raw.lat, 1e-9)
        assertEquals(8.0, fix.accuracy, 1e-9)
        assertEquals(false, fix.mock)
    }

    @Test
    fun after_15_seconds_the_best_of_poor_readings_counts() {
        Locator(app).read(answers::add)
        arrive(LocationManager.NETWORK_PROVIDER, 32.0, 118.0, accuracy = 400f)
        arrive(LocationManager.NETWORK_PROVIDER, 32.1, 118.1, accuracy = 90f)
        arrive(LocationManager.NETWORK_PROVIDER, 32.2, 118.2, accuracy = 700f)
        assertTrue("it waits for something better", answers.isEmpty())
        pass(15)
        assertEquals(32.1, answers.single()!!.raw.lat, 1e-9)
        assertEquals(Provider.NETWORK, answers.single()!!.provider)
    }

    @Test
    fun no_reading_is_an_answer_too() {
        Locator(app).read(answers::add)
        pass(14)
        assertTrue(answers.isEmpty())
        pass(1)
        assertNull(answers.single())
    }

    @Test
    fun without_permission_or_with_all_switched_off_it_answers_at_once() {
        shadowOf(app).denyPermissions(*Locator.PERMISSIONS)
        Locator(app).read(answers::add)
        pass(0)
        shadowOf(app).grantPermissions(*Locator.PERMISSIONS)
        listOf(LocationManager.GPS_PROVIDER, LocationManager.NETWORK_PROVIDER).forEach { shadowOf(manager).setProviderEnabled(it, false) }
        Locator(app).read(answers::add)
        pass(0)
        assertEquals(listOf(null, null), answers)
    }

    @Test
    fun a_position_that_another_app_made_up_is_told_as_that() {
        Locator(app).read(answers::add)
        arrive(LocationManager.GPS_PROVIDER, 32.06, 118.79, accuracy = 8f, mock = true)
        assertEquals(true, answers.single()!!.mock)
    }

    @Test
    fun a_reading_that_was_stopped_says_nothing_more() {
        Locator(app).read(answers::add).stop()
        arrive(LocationManager.GPS_PROVIDER, 32.06, 118.79, accuracy = 8f)
        pass(20)
        assertTrue(answers.isEmpty())
    }

    private fun pass(seconds: Long) = shadowOf(Looper.getMainLooper()).idleFor(Duration.ofSeconds(seconds))

    private fun arrive(from: String, latitude: Double, longitude: Double, accuracy: Float, mock: Boolean = false) {
        val location = Location(from).apply {
            this.latitude = latitude
            this.longitude = longitude
            this.accuracy = accuracy
            time = 1_794_463_920_000
            elapsedRealtimeNanos = SystemClock.elapsedRealtimeNanos()
            isMock = mock
        }
        shadowOf(manager).simulateLocation(location)
        pass(0)
    }
}
