package org.xuncha.app

import org.junit.Assert.assertEquals
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/** Every screen looks as it should and can be used by everybody: any size, mode, direction and language. */
@RunWith(RobolectricTestRunner::class)
class EveryScreenTest {
    @get:Rule
    val stage = Stage()

    @Test
    fun at_the_usual_text_size() = tour(21, Golden("normal"))

    @Test
    fun at_the_largest_text_size() = tour(30, Golden("largest"))

    @Test
    @Config(qualifiers = "+night")
    fun in_dark_mode() = tour(21, Golden("dark"))

    @Test
    @Config(qualifiers = "+w760dp-h360dp-land")
    fun in_landscape_at_the_largest_text_size() = tour(30, Golden("landscape", MAIN))

    @Test
    fun in_english_at_the_largest_text_size() = tour(30, golden = null, language = "en")

    @Test
    @Config(qualifiers = "+w320dp-h568dp")
    fun on_a_small_phone_at_the_largest_text_size() = tour(30, golden = null)

    private fun tour(size: Int, golden: Golden?, language: String? = null) {
        stage.app.phone.choices.textSize = size
        stage.app.phone.choices.language = language
        val wrong = ArrayList<String>()
        Tour(stage) { name ->
            wrong += Accessibility.check(stage, name)
            if (golden != null) wrong += golden.check(stage, name)
        }.walk()
        assertEquals("", wrong.joinToString("\n"))
    }

    private companion object {
        /** What a day's work goes through: of these a picture is kept in landscape too. */
        val MAIN = setOf(
            "home",
            "home-police",
            "venue",
            "team",
            "question-day-type",
            "minors",
            "photo",
            "summary",
            "done-received",
            "check-in",
            "coverage",
        )
    }
}
