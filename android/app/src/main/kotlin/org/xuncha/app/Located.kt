package org.xuncha.app

import android.os.SystemClock
import org.xuncha.core.Fix

/** What came of reading the position. */
sealed interface Located {
    class Found(val fix: Fix) : Located {
        private val at = SystemClock.elapsedRealtime()

        /** Whether somebody may have walked on since. */
        val isOld: Boolean get() = SystemClock.elapsedRealtime() - at > MINUTES_5
    }

    /** There is none; [advice] is the sentence that says why, and what would help. */
    enum class Not(val advice: Int) : Located {
        /** Nothing was heard in time, as in a basement. */
        HEARD(R.string.position_not_found),

        /** The user chose that none is read. */
        WANTED(R.string.position_not_wanted),

        /** The system was told not to give it. */
        ALLOWED(R.string.position_not_allowed),

        /** The phone's own switch for it is off. */
        SWITCHED_ON(R.string.position_switched_off),
    }
}

private const val MINUTES_5 = 5 * 60_000L

/** The reading, if there is one. */
val Located.fixOrNull: Fix? get() = (this as? Located.Found)?.fix
