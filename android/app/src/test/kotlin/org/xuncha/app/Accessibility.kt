package org.xuncha.app

import android.graphics.Color
import android.graphics.Rect
import android.graphics.drawable.Drawable
import android.view.View
import android.view.ViewGroup
import android.widget.EditText
import android.widget.TextView
import org.xuncha.app.ui.Kit
import kotlin.math.max
import kotlin.math.min
import kotlin.math.pow

/** What must hold of every page, in every size, mode and language: each thing wrong is a line. */
object Accessibility {
    /** The smallest text and target that the rules for elders allow, in dp. */
    private const val TEXT = 18
    private const val TARGET = 60
    private const val CONTRAST = 4.5

    fun check(stage: Stage, page: String): List<String> {
        val shown = stage.all().filter { it.isShown && it.width > 0 }
        val density = stage.activity.resources.displayMetrics.density
        return (targets(shown, density) + texts(shown, density) + contrasts(shown, stage) + stage.fitting(shown)).map { "$page: $it" }
    }

    private fun targets(shown: List<View>, density: Float): List<String> =
        shown.filter { it.isClickable && it.isEnabled }.flatMap { view ->
            val label = if (view is EditText) {
                shown.filterIsInstance<TextView>().find {
                    it.labelFor == view.id
                }?.text?.toString().orEmpty()
            } else {
                view.label()
            }
            listOfNotNull(
                "something to tap has no words: ${view.javaClass.simpleName}".takeIf { label.isBlank() },
                "“$label” is only ${view.width / density} × ${view.height / density} dp".takeIf {
                    min(view.width, view.height) <
                        TARGET * density - 1
                },
            )
        }

    private fun texts(shown: List<View>, density: Float): List<String> = shown.filterIsInstance<TextView>().filter {
        it.text.isNotEmpty()
    }.flatMap { view ->
        val lines = view.layout ?: return@flatMap listOf("“${view.text}” was not laid out")
        val room = view.height - view.compoundPaddingTop - view.compoundPaddingBottom
        val width = view.width - view.compoundPaddingLeft - view.compoundPaddingRight
        val widest = (0 until lines.lineCount).maxOf { lines.getLineMax(it) }
        listOfNotNull(
            "“${view.text}” is only ${view.textSize / density} dp".takeIf { view.textSize < TEXT * density - 0.5f },
            "“${view.text}” is cut off below: $room of ${lines.height}".takeIf { lines.height > room + 1 },
            "“${view.text}” is cut off at the side: $width of $widest".takeIf { widest > width + 1 },
            "“${view.text}” is shortened".takeIf { (0 until lines.lineCount).any { lines.getEllipsisCount(it) > 0 } },
            "“${view.text}” is broken into single letters".takeIf { lines.lineCount > 3 && view.text.length <= lines.lineCount * 2 },
        )
    }

    /** Computed from the colour of the text and the ground that lies behind it. */
    private fun contrasts(shown: List<View>, stage: Stage): List<String> =
        shown.filterIsInstance<TextView>().filter { it.text.isNotEmpty() && it.isEnabled }.mapNotNull { view ->
            val ground = ground(view, stage)
            val contrast = contrast(view.currentTextColor, ground)
            "“${view.text}” has a contrast of only %.1f".format(contrast).takeIf { contrast < CONTRAST }
        }

    private fun ground(view: View, stage: Stage): Int {
        var at: View? = view
        while (at != null) {
            at.background?.let(::colour)?.let { return it }
            at = at.parent as? View
        }
        return stage.activity.getColor(R.color.paper)
    }

    /** The colour of a ground, drawn and looked at in the middle: that works for shapes and ripples alike. */
    private fun colour(ground: Drawable): Int? {
        val bitmap = android.graphics.Bitmap.createBitmap(60, 60, android.graphics.Bitmap.Config.ARGB_8888)
        val bounds = ground.copyBounds()
        ground.setBounds(0, 0, 60, 60)
        ground.draw(android.graphics.Canvas(bitmap))
        ground.bounds = bounds
        return bitmap.getPixel(30, 30).takeIf { Color.alpha(it) == 255 }
    }

    private fun contrast(one: Int, other: Int): Double {
        val (a, b) = luminance(one) to luminance(other)
        return (max(a, b) + 0.05) / (min(a, b) + 0.05)
    }

    private fun luminance(colour: Int): Double {
        fun part(value: Int) = (value / 255.0).let { if (it <= 0.03928) it / 12.92 else ((it + 0.055) / 1.055).pow(2.4) }
        return 0.2126 * part(Color.red(colour)) + 0.7152 * part(Color.green(colour)) + 0.0722 * part(Color.blue(colour))
    }

    /** Everything lies within the page's width, and the content keeps some room between bar and foot. */
    private fun Stage.fitting(shown: List<View>): List<String> {
        val width = activity.window.decorView.width
        val beyond = shown.filter { view ->
            val at = IntArray(2).also(view::getLocationInWindow)
            at[0] < 0 || at[0] + view.width > width
        }
        val page = shown.filterIsInstance<org.xuncha.app.ui.Page>().single()
        val density = activity.resources.displayMetrics.density
        return beyond.map { "${it.javaClass.simpleName} “${it.label()}” reaches beyond the screen" } +
            listOfNotNull(
                "the content has only ${page.scroll.height / density} dp".takeIf { page.scroll.height < LEAST_ROOM * density },
                "the content is not shown".takeIf { page.scroll !in shown },
            ) + overlaps(shown, page.scroll)
    }

    /** What is read or tapped stands beside other such things, not over or under them; also where it is scrolled to. */
    private fun overlaps(shown: List<View>, scroll: View): List<String> {
        val standing = shown.filter { it is TextView || (it.isClickable && it !is ViewGroup) }
        val (inside, outside) = standing.partition { scroll in it.ancestors() }
        return overlapping(inside) + overlapping(outside + scroll)
    }

    private fun View.ancestors(): Sequence<Any> = generateSequence(parent) { it.parent }

    private fun overlapping(views: List<View>): List<String> {
        val areas = views.map { view ->
            val (x, y) = IntArray(2).also(view::getLocationInWindow)
            Rect(x + 1, y + 1, x + view.width - 1, y + view.height - 1)
        }
        return views.indices.flatMap { i ->
            (i + 1..views.lastIndex).filter { Rect.intersects(areas[i], areas[it]) }.map {
                "“${views[it].label()}” lies over “${views[i].label()}”"
            }
        }
    }

    private const val LEAST_ROOM = Kit.TARGET * 2
}
