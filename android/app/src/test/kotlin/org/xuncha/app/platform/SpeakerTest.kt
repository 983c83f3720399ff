package org.xuncha.app.platform

import android.speech.tts.TextToSpeech
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotSame
import org.junit.Assert.assertNull
import org.junit.Assert.assertSame
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.shadows.ShadowTextToSpeech
import java.util.Locale

/** A voice that takes its time to come says the last thing that was asked for, and nothing that was stopped. */
@RunWith(RobolectricTestRunner::class)
class SpeakerTest {
    private val speaker = Speaker(RuntimeEnvironment.getApplication())
    private var unable = 0

    @Before
    fun the_phone_has_a_voice_for_it() = ShadowTextToSpeech.addLanguageAvailability(Locale.SIMPLIFIED_CHINESE)

    @Test
    fun what_was_stopped_before_the_voice_came_is_not_said() {
        say("第一题")
        speaker.stop()
        answers(TextToSpeech.SUCCESS)
        assertNull(spoken())
        say("第二题")
        assertEquals("第二题", spoken())
    }

    @Test
    fun what_was_asked_for_last_before_the_voice_came_is_said_once_by_one_voice() {
        say("第一题")
        val first = voice()
        say("第二题")
        assertSame("no second voice is begun", first, voice())
        answers(TextToSpeech.SUCCESS)
        assertEquals("第二题", spoken())
        assertEquals(0, unable)
    }

    @Test
    fun a_phone_without_a_voice_says_so_each_time_and_looks_again() {
        say("第一题")
        val first = voice()
        answers(TextToSpeech.ERROR)
        assertEquals(1, unable)
        say("第二题")
        assertNotSame(first, voice())
        answers(TextToSpeech.SUCCESS)
        assertEquals("第二题", spoken())
    }

    private fun say(words: String) = speaker.say(words, Locale.SIMPLIFIED_CHINESE) { unable++ }

    private fun voice(): TextToSpeech = ShadowTextToSpeech.getLastTextToSpeechInstance()

    private fun answers(status: Int) = shadowOf(voice()).onInitListener.onInit(status)

    private fun spoken(): String? = shadowOf(voice()).lastSpokenText
}
