package org.xuncha.app.ui

import android.os.Build
import android.view.Gravity
import android.view.View
import android.view.ViewGroup
import android.view.ViewGroup.LayoutParams.MATCH_PARENT
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.view.WindowInsets
import android.view.accessibility.AccessibilityNodeInfo
import android.widget.LinearLayout
import android.widget.ScrollView
import android.widget.TextView
import org.xuncha.app.R

/**
 * The frame of every page: a bar with the way back, the content, which scrolls, and what is to be done at the foot,
 * or at the side in landscape. Only the content scrolls, so the way on and back is always in sight. What is to be
 * chosen from may stand [beside] the content in landscape; then all else keeps its place.
 */
class Page(
    private val kit: Kit,
    private val title: CharSequence,
    content: View,
    actions: List<View>,
    end: View?,
    onBack: (() -> Unit)?,
    private val footer: View? = null,
    private val beside: View? = null,
) : LinearLayout(kit.context) {
    /** What scrolls. */
    val scroll = ScrollView(context)
    private val body = kit.column()
    private val side = if (beside == null) SIDE else WIDE_SIDE

    init {
        orientation = if (kit.isLandscape) HORIZONTAL else VERTICAL
        setBackgroundColor(kit.palette.paper)
        scroll.isFillViewport = true
        scroll.addView(body.apply { setPadding(kit.px(16), kit.px(8), kit.px(16), kit.px(24)) })
        with(kit) { body.addSpaced(content, Kit.GAP) }

        val main = LinearLayout(context).apply { orientation = VERTICAL }
        main.addView(bar(title, onBack, end))
        main.addView(scroll, LayoutParams(MATCH_PARENT, 0, 1f))
        val foot = foot(actions)
        when {
            !kit.isLandscape -> {
                addView(main, LayoutParams(MATCH_PARENT, 0, 1f))
                foot?.let { addView(it, LayoutParams(MATCH_PARENT, WRAP_CONTENT)) }
            }

            beside != null -> {
                foot?.let { main.addView(it, LayoutParams(MATCH_PARENT, WRAP_CONTENT)) }
                addView(main, LayoutParams(0, MATCH_PARENT, 1f))
                beside.setPadding(0, kit.px(10), kit.px(16), kit.px(12))
                addView(ScrollView(context).apply { addView(beside) }, LayoutParams(kit.px(side), MATCH_PARENT))
            }

            else -> {
                addView(main, LayoutParams(0, MATCH_PARENT, 1f))
                foot?.let { addView(it, LayoutParams(kit.px(side), MATCH_PARENT)) }
            }
        }
    }

    /** From Android 15 on the window reaches below the system's bars, the notch and the keyboard: nothing of ours does. */
    override fun onApplyWindowInsets(insets: WindowInsets): WindowInsets {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            val taken = WindowInsets.Type.systemBars() or WindowInsets.Type.displayCutout() or WindowInsets.Type.ime()
            insets.getInsets(taken).run { setPadding(left, top, right, bottom) }
        }
        return super.onApplyWindowInsets(insets)
    }

    /** Says something at the head of the page. */
    fun tell(words: CharSequence, isGood: Boolean, onRead: () -> Unit) {
        val tint = if (isGood) kit.palette.good else kit.palette.bad
        val sign = if (isGood) R.drawable.ic_check else R.drawable.ic_warn
        val card = kit.card(
            kit.signed(sign, words, tint.ink, bold = true),
            kit.button(kit.string(R.string.understood), null, tint.ink, kit.rounded(kit.palette.surface, line = tint.ink), onRead),
            tint = tint,
        )
        card.accessibilityLiveRegion = ACCESSIBILITY_LIVE_REGION_ASSERTIVE
        body.addView(card, 0, LayoutParams(MATCH_PARENT, WRAP_CONTENT).apply { bottomMargin = kit.px(Kit.GAP) })
        scroll.scrollTo(0, 0)
    }

    /** Whether this is [before] drawn anew: another page of the same screen, such as the next question, has another title. */
    fun isStill(before: Page): Boolean = title.toString() == before.title.toString()

    /** What a screen reader says, and which of those on the page that say the same it stands on. */
    class Heard(val label: String, val number: Int) {
        companion object {
            /** Nowhere that it stood: then it stands at the beginning. */
            val BEGINNING = Heard("", 0)
        }
    }

    /** Where a screen reader stands, so that it stands there again when the page is drawn anew. */
    fun heard(): Heard? {
        val label = heardViews().find { it.isAccessibilityFocused }?.said() ?: return null
        return Heard(label, heardViews().filter { it.said() == label }.indexOfFirst { it.isAccessibilityFocused })
    }

    /** Lets a screen reader stand there again; where that is no more, at the beginning. */
    fun hear(heard: Heard) {
        val there = heardViews().filter { it.said() == heard.label }.elementAtOrNull(heard.number)
        val beginning = heardViews().find { it.said() == title.toString() }
        (there ?: beginning)?.performAccessibilityAction(AccessibilityNodeInfo.ACTION_ACCESSIBILITY_FOCUS, null)
    }

    /** All that a screen reader stands on, in order: texts, and what can be tapped as a whole, such as a card. */
    private fun heardViews(view: View = this): Sequence<View> = sequence {
        when {
            view is TextView || view.isClickable -> yield(view)
            view is ViewGroup -> for (i in 0 until view.childCount) yieldAll(heardViews(view.getChildAt(i)))
        }
    }

    private fun View.said(): String = contentDescription?.toString() ?: when (this) {
        is TextView -> text.toString()
        is ViewGroup -> (0 until childCount).joinToString(" ") { getChildAt(it).said() }
        else -> ""
    }

    /** In one line if there is room for it, else the title below. */
    private fun bar(title: CharSequence, onBack: (() -> Unit)?, end: View?): View {
        val words = kit.heading(title, scale = if (onBack == null) Kit.TITLE else INNER_TITLE)
        val back = onBack?.let(::backButton)
        val line = LinearLayout(context).apply {
            gravity = Gravity.CENTER_VERTICAL
            minimumHeight = kit.px(Kit.TARGET)
            setPadding(kit.px(if (back == null) 16 else 4), kit.px(4), kit.px(8), kit.px(4))
        }
        val room = context.resources.displayMetrics.widthPixels - (if (kit.isLandscape) kit.px(side) else 0)
        val needed = words.paint.measureText(title.toString()) + widthOf(back) + widthOf(end) + kit.px(28)
        back?.let(line::addView)
        if (needed <= room || end == null) {
            line.addView(words, LayoutParams(0, WRAP_CONTENT, 1f).apply { marginStart = kit.px(if (back == null) 0 else 4) })
            end?.let(line::addView)
            return line
        }
        line.addView(View(context), LayoutParams(0, 0, 1f))
        line.addView(end)
        words.setPadding(kit.px(16), 0, kit.px(16), kit.px(4))
        return LinearLayout(context).apply {
            orientation = VERTICAL
            addView(line)
            addView(words)
        }
    }

    private fun widthOf(view: View?): Int {
        view?.measure(MeasureSpec.UNSPECIFIED, MeasureSpec.UNSPECIFIED)
        return view?.measuredWidth ?: 0
    }

    private fun backButton(onBack: () -> Unit): View =
        kit.button(kit.string(R.string.back), R.drawable.ic_back, kit.palette.accent, kit.rounded(kit.palette.paper), onBack).apply {
            setPadding(kit.px(8), kit.px(8), kit.px(10), kit.px(8))
            compoundDrawablePadding = 0
        }

    private fun foot(actions: List<View>): View? {
        if (actions.isEmpty() && footer == null) return null
        val column = kit.column(*actions.toTypedArray(), gap = 10)
        column.setPadding(kit.px(16), kit.px(10), kit.px(16), kit.px(12))
        if (kit.isLandscape && beside == null) {
            column.gravity = Gravity.BOTTOM
            val all = LinearLayout(context).apply { orientation = VERTICAL }
            if (actions.isNotEmpty()) all.addView(column, LayoutParams(MATCH_PARENT, WRAP_CONTENT))
            footer?.let { all.addView(it, LayoutParams(MATCH_PARENT, WRAP_CONTENT)) }
            return ScrollView(context).apply { addView(all) }
        }
        return LinearLayout(context).apply {
            orientation = VERTICAL
            if (actions.isNotEmpty()) addView(column, LayoutParams(MATCH_PARENT, WRAP_CONTENT))
            footer?.let { addView(it, LayoutParams(MATCH_PARENT, WRAP_CONTENT)) }
        }
    }

    companion object {
        /** The width in dp of what stands at the side in landscape. */
        const val SIDE = 240

        /** The same where it is what is chosen from. */
        private const val WIDE_SIDE = 340
        private const val INNER_TITLE = 1.1f
    }
}
