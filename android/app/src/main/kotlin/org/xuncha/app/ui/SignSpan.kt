package org.xuncha.app.ui

import android.graphics.Canvas
import android.graphics.Paint
import android.graphics.drawable.Drawable
import android.text.Layout
import android.text.style.LeadingMarginSpan

/** A sign beside the first line of a text, all lines of which begin after it. */
class SignSpan(private val sign: Drawable, private val size: Int, private val gap: Int) : LeadingMarginSpan {
    override fun getLeadingMargin(first: Boolean): Int = size + gap

    override fun drawLeadingMargin(
        canvas: Canvas,
        paint: Paint,
        x: Int,
        direction: Int,
        top: Int,
        baseline: Int,
        bottom: Int,
        text: CharSequence,
        start: Int,
        end: Int,
        first: Boolean,
        layout: Layout,
    ) {
        if (!first) return
        val above = (top + bottom - size) / 2
        sign.setBounds(x, above, x + size, above + size)
        sign.draw(canvas)
    }
}
