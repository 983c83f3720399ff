package org.xuncha.app.screens

import android.os.SystemClock

/** Lines that moved by themselves: a finger that was on its way down then meant another one. */
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
