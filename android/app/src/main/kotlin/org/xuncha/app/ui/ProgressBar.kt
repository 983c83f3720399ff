package org.xuncha.app.ui

import android.graphics.Canvas
import android.graphics.Paint
import android.view.View
import android.widget.LinearLayout

/** How many of all are done, as a bar. The words beside it say the same, so screen readers pass it by. */
class ProgressBar(private val kit: Kit, private val done: Int, private val all: Int) : View(kit.context) {
    private val paint = Paint(Paint.ANTI_ALIAS_FLAG)

    init {
        importantForAccessibility = IMPORTANT_FOR_ACCESSIBILITY_NO
        layoutParams = LinearLayout.LayoutParams(LinearLayout.LayoutParams.MATCH_PARENT, kit.px(HEIGHT))
    }

    override fun onDraw(canvas: Canvas) {
        val round = height / 2f
        paint.color = kit.palette.line
        canvas.drawRoundRect(0f, 0f, width.toFloat(), height.toFloat(), round, round, paint)
        if (done == 0 || all == 0) return
        paint.color = kit.palette.accent
        val end = (width * (done.toFloat() / all)).coerceAtLeast(height.toFloat())
        canvas.drawRoundRect(0f, 0f, end, height.toFloat(), round, round, paint)
    }

    private companion object {
        const val HEIGHT = 12
    }
}
