package org.xuncha.app.platform

import android.content.Context
import android.speech.tts.TextToSpeech
import java.util.Locale

/** Reads aloud, with the phone's own voice. */
class Speaker(private val context: Context) {
    private class Saying(val words: String, val locale: Locale, val unable: () -> Unit)

    private var engine: TextToSpeech? = null
    private var ready = false

    /** What is said once the voice is there, which may take seconds: the last that was asked for, or nothing. */
    private var next: Saying? = null

    /** Reads [words], in place of what is being read; [unable] is called if this phone has no voice for it. */
    fun say(words: String, locale: Locale, unable: () -> Unit) {
        next = Saying(words, locale, unable)
        when {
            ready -> sayNext()
            engine == null -> begin()
        }
    }

    private fun begin() {
        var failed = false
        val begun = TextToSpeech(context) { status ->
            ready = status == TextToSpeech.SUCCESS
            failed = !ready
            // Another try may find a voice that was installed meanwhile.
            if (failed) engine = null
            sayNext()
        }
        // A phone without any voice says so before this returns.
        engine = begun.takeUnless { failed }
    }

    private fun sayNext() {
        val saying = next ?: return
        next = null
        val engine = engine
        if (engine == null || engine.setLanguage(saying.locale) < TextToSpeech.LANG_AVAILABLE) return saying.unable()
        engine.setSpeechRate(SLOWLY)
        engine.speak(saying.words, TextToSpeech.QUEUE_FLUSH, null, saying.words.hashCode().toString())
    }

    fun stop() {
        next = null
        engine?.stop()
    }

    fun close() {
        stop()
        engine?.shutdown()
        engine = null
        ready = false
    }

    private companion object {
        const val SLOWLY = 0.85f
    }
}
