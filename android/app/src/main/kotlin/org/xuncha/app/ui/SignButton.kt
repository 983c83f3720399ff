package org.xuncha.app.ui

import android.annotation.SuppressLint
import android.content.Context
import android.graphics.Canvas
import android.view.Gravity
import android.widget.Button

/** A button whose sign stands beside its words: both centred together, or both at the start. */
@SuppressLint("ViewConstructor")
class SignButton(context: Context) : Button(context, null, 0, 0) {
    var isCentred = true

    init {
        isAllCaps = false
        isClickable = true
        isFocusable = true
        stateListAnimator = null
        gravity = Gravity.CENTER_VERTICAL or Gravity.START
    }

    override fun onDraw(canvas: Canvas) {
        val lines = layout
        if (!isCentred || lines == null) return super.onDraw(canvas)
        val words = (0 until lines.lineCount).maxOf { lines.getLineWidth(it) }
        val free = width - compoundPaddingLeft - compoundPaddingRight - words
        canvas.save()
        canvas.translate(free.coerceAtLeast(0f) / 2, 0f)
        super.onDraw(canvas)
        canvas.restore()
    }
}
