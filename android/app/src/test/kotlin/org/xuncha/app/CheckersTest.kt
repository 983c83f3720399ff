package org.xuncha.app

import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Paint
import android.widget.TextView
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.xuncha.app.ui.Page

/** What looks at every page finds what it is there for. */
@RunWith(RobolectricTestRunner::class)
class CheckersTest {
    @get:Rule
    val stage = Stage()

    @Test
    fun one_other_character_on_a_long_page_is_another_picture_and_the_same_words_are_not() {
        assertNull(Golden.difference(page("已达标 1 个"), page("已达标 1 个")))
        assertNotNull(Golden.difference(page("已达标 1 个"), page("已达标 7 个")))
        assertNotNull(Golden.difference(page("今天应检查"), page("今天免检查")))
    }

    @Test
    fun words_that_lie_over_others_are_found_and_so_is_a_page_without_its_content() {
        stage.enrol(TestHub.VOLUNTEER).open()
        assertEquals(emptyList<String>(), Accessibility.check(stage, "home"))
        val venue = stage.all().filterIsInstance<TextView>().first { it.text.toString() == "蓝鲸网吧" }
        venue.translationY = venue.height.toFloat()
        assertTrue(Accessibility.check(stage, "home").any { "lies over" in it })
        venue.translationY = 0f
        stage.all().filterIsInstance<Page>().single().scroll.visibility = android.view.View.INVISIBLE
        assertTrue(Accessibility.check(stage, "home").any { "is not shown" in it })
    }

    /** A page of some length with these words somewhere on it, drawn as large as at the usual size. */
    private fun page(words: String): Bitmap = Bitmap.createBitmap(540, 3000, Bitmap.Config.ARGB_8888).apply {
        val paint = Paint().apply {
            color = Color.BLACK
            textSize = 31f
            isAntiAlias = true
        }
        Canvas(this).apply {
            drawColor(Color.WHITE)
            drawText(words, 60f, 1500f, paint)
        }
    }
}
