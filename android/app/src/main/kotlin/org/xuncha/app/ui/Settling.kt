package org.xuncha.app.ui

import android.os.SystemClock

/** What gave way to something else under a finger: one that was on its way down then meant what stood there before. */
class Settling {
    private var movedAt: Long? = null

    fun moved() {
        movedAt = SystemClock.uptimeMillis()
    }

    /** Whether a tap may still be meant for what stood there before. */
    val isUnderWay: Boolean get() = movedAt?.let { SystemClock.uptimeMillis() - it < SETTLING_MS } == true

    private companion object {
        const val SETTLING_MS = 400L
    }
}
