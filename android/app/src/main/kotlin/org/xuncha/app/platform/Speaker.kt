package org.xuncha.app.platform

import android.content.Context
import android.speech.tts.TextToSpeech
import java.util.Locale

/** Reads aloud, with the phone's own voice. */
class Speaker(private val context: Context) {
    private var engine: TextToSpeech? = null
    private var ready = false

    /** Reads [words], in place of what is being read; [unable] is called if this phone has no voice for it. */
    fun say(words: String, locale: Locale, unable: () -> Unit) {
        val running = engine
        if (running != null && ready) {
            speak(running, words, locale, unable)
            return
        }
        engine?.shutdown()
        engine = TextToSpeech(context) { status ->
            ready = status == TextToSpeech.SUCCESS
            val started = engine
            if (ready && started != null) speak(started, words, locale, unable) else unable()
        }
    }

    private fun speak(engine: TextToSpeech, words: String, locale: Locale, unable: () -> Unit) {
        if (engine.setLanguage(locale) < TextToSpeech.LANG_AVAILABLE) {
            unable()
            return
        }
        engine.setSpeechRate(SLOWLY)
        engine.speak(words, TextToSpeech.QUEUE_FLUSH, null, words.hashCode().toString())
    }

    fun stop() {
        engine?.stop()
    }

    fun close() {
        engine?.shutdown()
        engine = null
        ready = false
    }

    private companion object {
        const val SLOWLY = 0.85f
    }
}
