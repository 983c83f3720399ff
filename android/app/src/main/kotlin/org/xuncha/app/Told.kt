package org.xuncha.app

import android.os.Bundle

/** What is said at the head of a page until it is read. */
class Told(val words: CharSequence, val isGood: Boolean) {
    fun save(state: Bundle) {
        state.putString(WORDS, words.toString())
        state.putBoolean(IS_GOOD, isGood)
    }

    companion object {
        private const val WORDS = "told"
        private const val IS_GOOD = "told_good"

        /** What was said when [save] was called, if anything was. */
        fun of(state: Bundle?): Told? = state?.getString(WORDS)?.let { Told(it, state.getBoolean(IS_GOOD)) }
    }
}
