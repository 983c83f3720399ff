package org.xuncha.app

import android.os.Bundle

/** The screens there are. */
enum class Kind {
    ENROL,
    CONSENT,
    HOME,
    VENUE,
    TEAM,
    INSPECTION,
    DONE,
    RECORDS,
    HAND_OVER,
    ANSWER,
    RECORD,
    CHECK_IN,
    COVERAGE,
    REVIEWS,
    REVIEW,
    SETTINGS,
    ABOUT,
    LICENCES,
    LICENCE,
}

/**
 * A place in the app: a screen, and what it is about (an id of the core's, or a month).
 *
 * [state] is what the screen itself wants back when it is shown again; all else the core holds.
 */
class Place(val kind: Kind, val about: String = "", var state: Bundle = Bundle()) {
    /** Where one stood when this place was opened: worth nothing after the death of the process. */
    var found: Located.Found? = null

    fun toBundle(): Bundle = Bundle().apply {
        putString(KIND, kind.name)
        putString(ABOUT, about)
        putBundle(STATE, state)
    }

    companion object {
        private const val KIND = "kind"
        private const val ABOUT = "about"
        private const val STATE = "state"

        /** The place that [Place.toBundle] wrote; none if an older app wrote it and it is no more. */
        fun of(bundle: Bundle): Place? {
            val kind = Kind.entries.find { it.name == bundle.getString(KIND) } ?: return null
            return Place(kind, bundle.getString(ABOUT).orEmpty(), bundle.getBundle(STATE) ?: Bundle())
        }
    }
}
