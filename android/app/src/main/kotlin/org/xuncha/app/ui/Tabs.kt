package org.xuncha.app.ui

import android.graphics.Typeface
import android.util.TypedValue
import android.view.Gravity
import android.view.View
import android.view.ViewGroup.LayoutParams.WRAP_CONTENT
import android.widget.LinearLayout
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.R
import org.xuncha.core.OwnPlaces

/** The few places of an app for everyday: at the foot of the page, or at its side in landscape. */
object Tabs {
    private class Tab(val kind: Kind, val sign: Int, val words: Int)

    private val all = listOf(
        Tab(Kind.HOME, R.drawable.ic_home, R.string.tab_home),
        Tab(Kind.CHECK_IN, R.drawable.ic_pin, R.string.tab_check_in),
        Tab(Kind.COVERAGE, R.drawable.ic_chart, R.string.tab_coverage),
        Tab(Kind.RECORDS, R.drawable.ic_list, R.string.tab_records),
        Tab(Kind.SETTINGS, R.drawable.ic_gear, R.string.tab_settings),
    )

    fun of(kit: Kit, host: Host, here: Kind, own: OwnPlaces): View {
        val shown = all.filter { tab ->
            when (tab.kind) {
                Kind.CHECK_IN -> own.checkIn
                Kind.COVERAGE -> own.coverage
                else -> true
            }
        }
        val buttons = shown.map { tab -> button(kit, tab, tab.kind == here) { if (tab.kind != here) host.begin(tab.kind) } }
        val bar = LinearLayout(kit.context).apply {
            orientation = LinearLayout.VERTICAL
            setBackgroundColor(kit.palette.surface)
        }
        buttons.chunked(perRow(kit, buttons)).forEach { some ->
            bar.addView(LinearLayout(kit.context).apply { some.forEach { addView(it, LinearLayout.LayoutParams(0, WRAP_CONTENT, 1f)) } })
        }
        return bar
    }

    /** As many in a row as can be read in full; long words and large text make two rows of one. */
    private fun perRow(kit: Kit, buttons: List<SignButton>): Int {
        if (kit.isLandscape) return 1
        val room = kit.context.resources.displayMetrics.widthPixels
        val widest = buttons.maxOf { it.paint.measureText(it.text.toString()) } + kit.px(PADDING * 2 + 2)
        return if (widest * buttons.size <= room) buttons.size else (buttons.size + 1) / 2
    }

    private fun button(kit: Kit, tab: Tab, here: Boolean, onTap: () -> Unit): SignButton {
        val ink = if (here) kit.palette.accent else kit.palette.inkSoft
        val ground = kit.rounded(if (here) kit.palette.accentSoft else kit.palette.surface, radius = 0)
        return kit.button(kit.string(tab.words), null, ink, ground, onTap).apply {
            val sign = kit.drawable(tab.sign, ink).apply { setBounds(0, 0, kit.px(SIGN), kit.px(SIGN)) }
            val (start, top) = if (kit.isLandscape) sign to null else null to sign
            setCompoundDrawablesRelative(start, top, null, null)
            compoundDrawablePadding = kit.px(if (kit.isLandscape) 10 else 2)
            setTextSize(TypedValue.COMPLEX_UNIT_DIP, kit.bodySize.toFloat())
            setPadding(kit.px(if (kit.isLandscape) 16 else PADDING), kit.px(8), kit.px(PADDING), kit.px(8))
            isCentred = false
            if (!kit.isLandscape) gravity = Gravity.CENTER
            if (here) setTypeface(typeface, Typeface.BOLD)
            isSelected = here
        }
    }

    private const val SIGN = 28
    private const val PADDING = 2
}
