package org.xuncha.app.platform

import android.Manifest
import android.annotation.SuppressLint
import android.content.Context
import android.content.pm.PackageManager
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.Build
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import org.xuncha.core.Datum
import org.xuncha.core.Fix
import org.xuncha.core.Provider
import org.xuncha.core.RawValues

/** Reads the position once, from satellites and network at the same time. No reading is an answer too. */
class Locator(private val context: Context) {
    private val manager = context.getSystemService(LocationManager::class.java)
    private val main = Handler(Looper.getMainLooper())

    fun isAllowed(): Boolean =
        PERMISSIONS.any { context.checkSelfPermission(it) == PackageManager.PERMISSION_GRANTED }

    /** Whether the phone's own switch is on. */
    fun isSwitchedOn(): Boolean = providers().isNotEmpty()

    private fun providers(): List<String> =
        PROVIDERS.filter { manager != null && it in manager.allProviders && manager.isProviderEnabled(it) }

    /**
     * Waits for at most 15 seconds and hands the best reading, or none, to [then] on the main thread, once.
     * The permission may be missing or be taken away meanwhile.
     */
    fun read(then: (Fix?) -> Unit): Reading = Reading(then).also { it.begin() }

    /** One reading under way. */
    inner class Reading(private var then: ((Fix?) -> Unit)?) : LocationListener {
        private var best: Location? = null
        private val timeout = Runnable { end() }

        @SuppressLint("MissingPermission")
        internal fun begin() {
            val providers = providers()
            if (providers.isEmpty() || !isAllowed()) {
                main.post(timeout)
                return
            }
            main.postDelayed(timeout, PATIENCE_MS)
            try {
                providers.forEach { manager.requestLocationUpdates(it, 0, 0f, this, Looper.getMainLooper()) }
            } catch (_: SecurityException) {
                main.post(timeout)
            }
        }

        override fun onLocationChanged(location: Location) {
            val known = best
            if (known == null || location.accuracy < known.accuracy) best = location
            if (location.provider == LocationManager.GPS_PROVIDER && location.accuracy <= GOOD_METRES) end()
        }

        /** Ends it with what there is. */
        private fun end() {
            val told = then ?: return
            stop()
            told(best?.let(::fix))
        }

        /** Ends it without an answer. */
        fun stop() {
            then = null
            main.removeCallbacks(timeout)
            manager?.removeUpdates(this)
        }

        // Abstract before Android 11.
        override fun onProviderEnabled(provider: String) = Unit

        override fun onProviderDisabled(provider: String) = Unit

        @Suppress("OVERRIDE_DEPRECATION")
        override fun onStatusChanged(provider: String, status: Int, extras: Bundle) = Unit
    }

    companion object {
        val PERMISSIONS = arrayOf(Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION)
        const val PATIENCE_MS = 15_000L
        private const val GOOD_METRES = 25f
        private val PROVIDERS = listOf(LocationManager.GPS_PROVIDER, LocationManager.NETWORK_PROVIDER)

        /** A reading as the core takes it: raw, with its datum. Android gives WGS-84. */
        fun fix(location: Location): Fix = Fix(
            raw = RawValues(Datum.WGS84, location.latitude, location.longitude),
            accuracy = location.accuracy.toDouble(),
            provider = if (location.provider == LocationManager.GPS_PROVIDER) Provider.GNSS else Provider.NETWORK,
            takenAt = location.time,
            mock = isMock(location),
        )

        @Suppress("DEPRECATION")
        private fun isMock(location: Location): Boolean =
            if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) location.isMock else location.isFromMockProvider
    }
}
