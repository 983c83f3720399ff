package org.xuncha.app

import android.content.Intent
import android.net.Uri

/** What another app hands in: nothing is believed of it before the core has looked at it. */
sealed interface Handed {
    /** An enrolment card that the phone's own camera scanned. */
    class Card(val link: String) : Handed

    /** A file that is, perhaps, the hub's answer. */
    class Answer(val file: Uri) : Handed

    companion object {
        private const val OURS = "xuncha"

        /** What an intent holds; none if it only opens the app, or is an old one out of the list of recent apps. */
        fun of(intent: Intent): Handed? {
            if (intent.flags and Intent.FLAG_ACTIVITY_LAUNCHED_FROM_HISTORY != 0) return null
            val given = when (intent.action) {
                Intent.ACTION_VIEW -> intent.data
                // The system puts what is shared into the clip, too, and lets us read only what is there.
                Intent.ACTION_SEND -> intent.clipData?.getItemAt(0)?.uri
                else -> null
            }
            return given?.let { if (it.scheme == OURS) Card(it.toString()) else Answer(it) }
        }
    }
}
