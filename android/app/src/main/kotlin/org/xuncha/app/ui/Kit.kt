package org.xuncha.app.ui

import android.content.Context
import android.content.res.ColorStateList
import android.graphics.Typeface
import android.graphics.drawable.Drawable
import android.graphics.drawable.GradientDrawable
import android.graphics.drawable.RippleDrawable
import android.text.Editable
import android.text.InputType
import android.text.SpannableString
import android.text.TextWatcher
import android.util.TypedValue
import android.view.Gravity
import android.view.View
import android.view.ViewGroup
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.EditText
import android.widget.ImageView
import android.widget.LinearLayout
import android.widget.TextView
import org.xuncha.app.R

/**
 * Makes every view of the app, so that size, spacing, colour and sign are decided in one place.
 *
 * [bodySize] is what the user chose, 18 to 30 dp. It is the smallest text there is; all other text is larger. What is
 * tapped while the page is [settling] was meant for the page before.
 */
class Kit(val context: Context, val bodySize: Int, private val settling: Settling) {
    val palette = Palette(context)
    val isLandscape = context.resources.configuration.run { screenWidthDp > screenHeightDp }

    /** Chinese characters bring their own room between lines; Latin letters need some more. */
    private val lineSpacing = if (context.resources.configuration.locales[0].language == "zh") 1f else 1.15f

    fun px(dp: Int): Int = (dp * context.resources.displayMetrics.density + 0.5f).toInt()

    fun string(id: Int, vararg values: Any): String = context.getString(id, *values)

    /** Running text. */
    fun text(words: CharSequence, ink: Int = palette.ink, scale: Float = 1f, bold: Boolean = false): TextView =
        TextView(context).apply {
            text = words
            setTextColor(ink)
            setTextSize(TypedValue.COMPLEX_UNIT_DIP, bodySize * scale)
            setLineSpacing(0f, lineSpacing)
            if (bold) setTypeface(typeface, Typeface.BOLD)
        }

    /** What explains something else. */
    fun softText(words: CharSequence): TextView = text(words, palette.inkSoft)

    /** What a page is about; a heading for screen readers too. */
    fun heading(words: CharSequence, scale: Float = TITLE): TextView =
        text(words, scale = scale, bold = true).apply { markHeading() }

    /** The name of a part of a page. */
    fun section(words: CharSequence): TextView =
        text(words, palette.inkSoft, bold = true).apply {
            markHeading()
            setPadding(0, px(12), 0, 0)
        }

    fun column(vararg children: View?, gap: Int = GAP): LinearLayout =
        LinearLayout(context).apply {
            orientation = LinearLayout.VERTICAL
            children.filterNotNull().forEach { addSpaced(it, gap) }
        }

    /** Children side by side, the first one taking the room that is left. */
    fun row(vararg children: View?, gap: Int = GAP): LinearLayout =
        LinearLayout(context).apply {
            orientation = LinearLayout.HORIZONTAL
            gravity = Gravity.CENTER_VERTICAL
            isBaselineAligned = false
            children.filterNotNull().forEachIndexed { i, child ->
                val params = child.layoutParams as? LinearLayout.LayoutParams
                    ?: if (i == 0) LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f) else LinearLayout.LayoutParams(WRAP_CONTENT, WRAP_CONTENT)
                if (i > 0) params.marginStart = px(gap)
                addView(child, params)
            }
        }

    /** Views of the same width side by side; below one another where text is so large that they would be cut. */
    fun pair(left: View, right: View, inFoot: Boolean = false): LinearLayout {
        val configuration = context.resources.configuration
        val room = if (isLandscape && inFoot) Page.SIDE else configuration.screenWidthDp
        if (bodySize * CHARACTERS_IN_HALF > room / 2) return column(left, right)
        return LinearLayout(context).apply {
            orientation = LinearLayout.HORIZONTAL
            isBaselineAligned = false
            addView(left, LinearLayout.LayoutParams(0, MATCH_PARENT, 1f))
            addView(right, LinearLayout.LayoutParams(0, MATCH_PARENT, 1f).apply { marginStart = px(GAP) })
        }
    }

    /** A sheet of paper on the page. With [onTap] all of it is one button. */
    fun card(vararg children: View?, tint: Tint? = null, onTap: (() -> Unit)? = null): LinearLayout =
        column(*children, gap = 8).apply {
            setPadding(px(16), px(14), px(16), px(14))
            val ground = rounded(tint?.ground ?: palette.surface, line = if (tint == null) palette.line else null)
            background = if (onTap == null) ground else ripple(ground)
            if (onTap != null) {
                minimumHeight = px(TARGET)
                isClickable = true
                isFocusable = true
                takesTap(onTap)
            }
        }

    /** A sign and a word: never colour alone. */
    fun chip(sign: Int, words: CharSequence, tint: Tint): TextView =
        text(withSign(sign, words, tint.ink), tint.ink, bold = true).apply {
            background = rounded(tint.ground, radius = 12)
            setPadding(px(10), px(5), px(12), px(5))
            layoutParams = LinearLayout.LayoutParams(WRAP_CONTENT, WRAP_CONTENT)
        }

    /** A line of text after a sign. */
    fun signed(sign: Int, words: CharSequence, ink: Int = palette.ink, bold: Boolean = false): TextView =
        text(withSign(sign, words, ink), ink, bold = bold)

    /** The one thing to do on a page. */
    fun primary(words: CharSequence, sign: Int? = null, onTap: () -> Unit): SignButton =
        button(words, sign, palette.onAccent, rounded(palette.accent), onTap).apply { setTypeface(typeface, Typeface.BOLD) }

    /** Another thing to do. */
    fun secondary(words: CharSequence, sign: Int? = null, onTap: () -> Unit): SignButton =
        button(words, sign, palette.accent, rounded(palette.surface, line = palette.accent), onTap)

    /** Where something is to be done that cannot be done yet: why. */
    fun unavailable(words: CharSequence, sign: Int): SignButton =
        button(words, sign, palette.wait.ink, rounded(palette.wait.ground)) {}.apply { isEnabled = false }

    /** Something that gives up or takes away. */
    fun careful(words: CharSequence, sign: Int? = null, onTap: () -> Unit): SignButton =
        button(words, sign, palette.bad.ink, rounded(palette.surface, line = palette.bad.ink), onTap)

    /** An answer; [chosen] shows by ground, thick edge and a tick. Where there is little room, it is no larger than other text. */
    fun choice(words: CharSequence, sign: Int, tint: Tint, chosen: Boolean, isSmall: Boolean = false, onTap: () -> Unit): SignButton {
        val ground = if (chosen) {
            rounded(
                tint.ground,
                line = tint.ink,
                width = 3,
            )
        } else {
            rounded(palette.surface, line = palette.line, width = 2)
        }
        val scale = if (isSmall) 1f else ANSWER
        return button(words, sign, if (chosen) tint.ink else palette.ink, ground, onTap).apply {
            if (!isSmall) minHeight = px(CHOICE)
            setTextSize(TypedValue.COMPLEX_UNIT_DIP, bodySize * scale)
            setTypeface(typeface, Typeface.BOLD)
            isCentred = false
            setSign(sign, tint.ink, size = (bodySize * scale * 1.2f).toInt(), end = if (chosen) Signs.chosen else null)
            isSelected = chosen
            if (chosen) contentDescription = string(R.string.chosen, words)
        }
    }

    /** A button on a page. */
    fun button(words: CharSequence, sign: Int?, ink: Int, ground: Drawable, onTap: () -> Unit): SignButton =
        SignButton(context).apply {
            text = words
            setTextColor(ink)
            setTextSize(TypedValue.COMPLEX_UNIT_DIP, bodySize * BUTTON)
            setLineSpacing(0f, lineSpacing)
            minHeight = px(TARGET)
            minWidth = px(TARGET)
            background = ripple(ground)
            setPadding(px(14), px(10), px(14), px(10))
            isClickable = true
            isFocusable = true
            if (sign != null) setSign(sign, ink, size = (bodySize * BUTTON).toInt())
            takesTap(onTap)
        }

    /** Something that is on or off; [on] shows by ground, edge and tick. */
    fun toggle(words: CharSequence, on: Boolean, tint: Tint = Tint(palette.accent, palette.accentSoft), onTap: () -> Unit): SignButton {
        val ground = if (on) rounded(tint.ground, line = tint.ink, width = 3) else rounded(palette.surface, line = palette.line, width = 2)
        return button(
            words,
            if (on) R.drawable.ic_box_on else R.drawable.ic_box_off,
            if (on) tint.ink else palette.ink,
            ground,
            onTap,
        ).apply {
            isCentred = false
            isSelected = on
            contentDescription = string(if (on) R.string.switched_on else R.string.switched_off, words)
        }
    }

    /** A field to write in, under a label that stays while one writes. */
    fun field(label: CharSequence, words: CharSequence, type: Int, onChange: (String) -> Unit): LinearLayout {
        val field = EditText(context).apply {
            id = View.generateViewId()
            tag = label.toString()
            setText(words)
            setTextColor(palette.ink)
            setTextSize(TypedValue.COMPLEX_UNIT_DIP, bodySize * BUTTON)
            inputType = type
            minHeight = px(TARGET)
            background = rounded(palette.surface, line = palette.inkSoft, width = 2)
            setPadding(px(14), px(10), px(14), px(10))
            if (type and InputType.TYPE_TEXT_FLAG_MULTI_LINE != 0) {
                minLines = NOTE_LINES
                gravity = Gravity.TOP
            }
            addTextChangedListener(object : TextWatcher {
                override fun afterTextChanged(written: Editable) = onChange(written.toString())

                override fun beforeTextChanged(text: CharSequence, start: Int, count: Int, after: Int) = Unit

                override fun onTextChanged(text: CharSequence, start: Int, before: Int, count: Int) = Unit
            })
        }
        val name = text(label, bold = true).apply { labelFor = field.id }
        return column(name, field, gap = 6)
    }

    fun image(drawable: Drawable, size: Int, description: CharSequence?): ImageView =
        ImageView(context).apply {
            setImageDrawable(drawable)
            layoutParams = LinearLayout.LayoutParams(px(size), px(size))
            contentDescription = description
            importantForAccessibility =
                if (description == null) View.IMPORTANT_FOR_ACCESSIBILITY_NO else View.IMPORTANT_FOR_ACCESSIBILITY_YES
        }

    fun sign(id: Int, ink: Int, size: Int): ImageView = image(drawable(id, ink), size, null)

    fun drawable(id: Int, ink: Int): Drawable = context.getDrawable(id)!!.mutate().apply { setTint(ink) }

    fun rounded(ground: Int, line: Int? = null, width: Int = 1, radius: Int = RADIUS): GradientDrawable =
        GradientDrawable().apply {
            setColor(ground)
            cornerRadius = px(radius).toFloat()
            if (line != null) setStroke(px(width), line)
        }

    fun ripple(ground: Drawable): Drawable =
        RippleDrawable(ColorStateList.valueOf((palette.ink and 0xFFFFFF) or 0x22000000), ground, ground)

    /** Adds a child over the whole width, unless it says its own, at a distance from the one before. */
    fun LinearLayout.addSpaced(child: View, gap: Int) {
        val params = child.layoutParams as? LinearLayout.LayoutParams ?: LinearLayout.LayoutParams(MATCH_PARENT, WRAP_CONTENT)
        if (childCount > 0) params.topMargin += px(gap)
        addView(child, params)
    }

    private fun withSign(sign: Int, words: CharSequence, ink: Int): CharSequence =
        SpannableString(words).apply { setSpan(SignSpan(drawable(sign, ink), px(bodySize), px(8)), 0, length, 0) }

    private fun TextView.setSign(sign: Int, ink: Int, size: Int, end: Int? = null) {
        fun sized(id: Int) = drawable(id, ink).apply { setBounds(0, 0, px(size), px(size)) }
        setCompoundDrawablesRelative(sized(sign), null, end?.let(::sized), null)
        compoundDrawablePadding = px(8)
    }

    private fun View.takesTap(onTap: () -> Unit) = setOnClickListener { if (!settling.isUnderWay) onTap() }

    private fun TextView.markHeading() {
        if (android.os.Build.VERSION.SDK_INT >= android.os.Build.VERSION_CODES.P) isAccessibilityHeading = true
    }

    companion object {
        /** The least height and width of what can be tapped. */
        const val TARGET = 64
        const val GAP = 12
        const val TITLE = 1.3f
        private const val CHOICE = 80
        private const val RADIUS = 16
        private const val NOTE_LINES = 4
        private const val BUTTON = 1.1f
        private const val ANSWER = 1.25f
        private const val CHARACTERS_IN_HALF = 7

        fun fill(): ViewGroup.LayoutParams = ViewGroup.LayoutParams(MATCH_PARENT, MATCH_PARENT)
    }
}
