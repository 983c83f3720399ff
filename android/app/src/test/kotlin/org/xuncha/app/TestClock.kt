package org.xuncha.app

import org.xuncha.core.Clock
import java.time.Instant

/** A clock that stands until a test moves it, so that pictures and words with a date stay as they are. */
class TestClock : Clock {
    @Volatile
    var millis = START

    /** By how much the wall clock, which people can set, is wrong. */
    @Volatile
    var wrongBy = 0L

    override fun now(): Long = millis + wrongBy

    override fun uptimeMs(): Long = millis

    override fun boot(): String = "test"

    companion object {
        /** A Thursday afternoon in Shanghai. */
        val START: Long = Instant.parse("2026-11-12T06:12:00Z").toEpochMilli()
        const val DAY = 86_400_000L
        const val HOUR = 3_600_000L
        const val MINUTE = 60_000L
    }
}
