package org.xuncha.app.screens

import android.view.Gravity
import android.view.View
import android.widget.LinearLayout
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.Signs
import org.xuncha.app.ui.receiptCard
import org.xuncha.core.RecordShown

/** After 完成 or 签到: saved on this phone; then on its way; then received, with the receipt. The words are the core's. */
class DoneScreen(host: Host, place: Place) : Screen(host, place) {
    override fun onUploads() = host.refresh()

    override fun draw(): Page {
        val record = host.phone.book().record(place.about)
        val state = record.line.state
        val tint = Signs.tint(state.state, kit.palette)
        val sign = kit.sign(Signs.of(state.state), tint.ink, size = SIGN)
        val head = kit.card(
            sign.apply { (layoutParams as LinearLayout.LayoutParams).gravity = Gravity.CENTER_HORIZONTAL },
            kit.heading(state.text).apply {
                gravity = Gravity.CENTER
                setTextColor(tint.ink)
                accessibilityLiveRegion = View.ACCESSIBILITY_LIVE_REGION_POLITE
            },
            if (state.state == RecordShown.WAITING) {
                kit.text(string(R.string.safe_now), tint.ink).apply { gravity = Gravity.CENTER }
            } else {
                null
            },
            record.line.photosNote?.let { kit.text(it, tint.ink).apply { gravity = Gravity.CENTER } },
            state.note?.let { kit.text(it, tint.ink).apply { gravity = Gravity.CENTER } },
            tint = tint,
        )
        val content = kit.column(
            head,
            kit.text("${record.line.venueName} · ${record.line.kindLabel} · ${record.line.`when`}"),
            record.receiptNumber?.let { kit.receiptCard(it) },
            record.content?.evidence?.let { kit.evidenceCard(it) },
            *record.content?.findings.orEmpty().map { kit.findingCard(it) }.toTypedArray(),
        )
        val home = kit.primary(string(R.string.first_page), R.drawable.ic_home) { host.begin(Kind.HOME) }
        return Page(kit, string(R.string.done_title), content, listOf(home), null, onBack = null)
    }

    override fun onBack(): Boolean {
        host.begin(Kind.HOME)
        return true
    }

    private companion object {
        const val SIGN = 72
    }
}
