package org.xuncha.app.ui

import org.xuncha.app.R
import org.xuncha.core.CoverageShown
import org.xuncha.core.Grade
import org.xuncha.core.PhotoShown
import org.xuncha.core.RecordShown
import org.xuncha.core.Severity
import org.xuncha.core.Tone
import org.xuncha.core.UnsentShown

/** Which sign and colour stand for what the core says. The words are the core's own. */
object Signs {
    val chosen = R.drawable.ic_check
    val notLooked = R.drawable.ic_dash

    fun of(state: CoverageShown): Int = when (state) {
        CoverageShown.MET -> R.drawable.ic_check
        CoverageShown.ON_TRACK -> R.drawable.ic_clock
        CoverageShown.DUE -> R.drawable.ic_due
        CoverageShown.LATE -> R.drawable.ic_warn
        CoverageShown.MISSED -> R.drawable.ic_cross
        CoverageShown.EXEMPT -> R.drawable.ic_dash
    }

    fun tint(state: CoverageShown, palette: Palette): Tint = when (state) {
        CoverageShown.MET -> palette.good
        CoverageShown.ON_TRACK -> palette.calm
        CoverageShown.DUE -> palette.wait
        CoverageShown.LATE -> palette.warn
        CoverageShown.MISSED -> palette.bad
        CoverageShown.EXEMPT -> palette.calm
    }

    fun of(state: RecordShown): Int = when (state) {
        RecordShown.WAITING -> R.drawable.ic_phone
        RecordShown.SENDING -> R.drawable.ic_up
        RecordShown.RECEIVED -> R.drawable.ic_check
        RecordShown.RETURNED -> R.drawable.ic_return
        RecordShown.REFUSED -> R.drawable.ic_cross
    }

    fun tint(state: RecordShown, palette: Palette): Tint = when (state) {
        RecordShown.WAITING -> palette.calm
        RecordShown.SENDING -> palette.wait
        RecordShown.RECEIVED -> palette.good
        RecordShown.RETURNED -> palette.warn
        RecordShown.REFUSED -> palette.bad
    }

    fun of(state: UnsentShown): Int = when (state) {
        UnsentShown.NOTHING -> R.drawable.ic_check
        UnsentShown.WAITING -> R.drawable.ic_phone
        UnsentShown.REFUSED -> R.drawable.ic_warn
    }

    fun of(state: PhotoShown): Int = when (state) {
        PhotoShown.DRAFT, PhotoShown.WAITING -> R.drawable.ic_phone
        PhotoShown.RECEIVED -> R.drawable.ic_check
        PhotoShown.REFUSED -> R.drawable.ic_cross
    }

    fun of(tone: Tone): Int = when (tone) {
        Tone.GOOD -> R.drawable.ic_check
        Tone.BAD -> R.drawable.ic_warn
        Tone.UNSURE -> R.drawable.ic_question
    }

    fun tint(tone: Tone, palette: Palette): Tint = when (tone) {
        Tone.GOOD -> palette.good
        Tone.BAD -> palette.bad
        Tone.UNSURE -> palette.warn
    }

    fun of(severity: Severity): Int = when (severity) {
        Severity.S -> R.drawable.ic_alarm
        Severity.R -> R.drawable.ic_warn
        Severity.N -> R.drawable.ic_pencil
    }

    fun tint(severity: Severity, palette: Palette): Tint = when (severity) {
        Severity.S -> palette.bad
        Severity.R -> palette.warn
        Severity.N -> palette.calm
    }

    fun of(grade: Grade): Int = when (grade) {
        Grade.ON_SITE, Grade.NEAR -> R.drawable.ic_pin
        Grade.AWAY, Grade.DOUBTFUL -> R.drawable.ic_warn
        Grade.UNLOCATED -> R.drawable.ic_dash
    }

    fun tint(grade: Grade, palette: Palette): Tint = when (grade) {
        Grade.ON_SITE -> palette.good
        Grade.NEAR -> palette.wait
        Grade.AWAY, Grade.DOUBTFUL -> palette.warn
        Grade.UNLOCATED -> palette.calm
    }
}
