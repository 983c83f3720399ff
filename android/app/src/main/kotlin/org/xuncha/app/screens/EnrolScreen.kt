package org.xuncha.app.screens

import android.os.Build
import android.os.Bundle
import android.text.InputType
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page
import org.xuncha.core.EnrolLink
import org.xuncha.core.Platform
import org.xuncha.core.cardInPhoto
import org.xuncha.core.typedCard
import java.io.File

/** 登记: this phone becomes a member's, by the QR of the card or by its code. */
class EnrolScreen(host: Host, place: Place) : Screen(host, place) {
    private var code = place.state.getString(CODE).orEmpty()
    private var hub = place.state.getString(HUB) ?: host.phone.choices.hub
    private var isBusy = false

    override fun save(state: Bundle) {
        state.putString(CODE, code)
        state.putString(HUB, hub)
    }

    override fun draw(): Page {
        val notices = host.phone.book().status().notices
        val content = kit.column(
            *notices.map { kit.noticeCard(it) }.toTypedArray(),
            kit.text(string(R.string.enrol_how)),
            if (isBusy) {
                kit.card(
                    kit.signed(R.drawable.ic_clock, string(R.string.enrolling), kit.palette.wait.ink, bold = true),
                    tint = kit.palette.wait,
                )
            } else {
                null
            },
            if (place.about.isNotEmpty()) {
                scanned()
            } else {
                kit.primary(string(R.string.enrol_by_photo), R.drawable.ic_qr) {
                    host.takePhoto()
                }
            },
            kit.section(string(R.string.enrol_by_code)),
            kit.field(string(R.string.enrol_code), code, InputType.TYPE_CLASS_PHONE) { code = it },
            kit.field(string(R.string.enrol_hub), hub, InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_URI) { hub = it },
            kit.secondary(string(R.string.enrol_now)) { typed() },
        )
        return Page(
            kit,
            string(R.string.enrol_title),
            content,
            emptyList(),
            kit.secondary(string(R.string.tab_settings), R.drawable.ic_gear) { host.go(Kind.SETTINGS) },
            onBack = null,
        )
    }

    private fun scanned() = kit.card(
        kit.signed(R.drawable.ic_check, string(R.string.card_read), kit.palette.good.ink, bold = true),
        kit.primary(string(R.string.enrol_now), R.drawable.ic_next) { enrol(place.about) },
        tint = kit.palette.good,
    )

    override fun onPhoto(file: File?) {
        if (file == null) return
        busy(true)
        host.later({
            try {
                cardInPhoto(file.path)
            } finally {
                file.delete()
            }
        }) { card ->
            busy(false)
            card?.let(::enrol)
        }
    }

    private fun typed() {
        host.phone.choices.hub = hub
        host.trying { typedCard(hub, code) }?.let(::enrol)
    }

    private fun enrol(card: EnrolLink) {
        if (isBusy) return
        busy(true)
        host.later({ book -> checkNotNull(book.enrol(card, Platform.ANDROID, Build.MODEL)) }) { enrolled ->
            busy(false)
            if (enrolled != null) host.begin(Kind.CONSENT)
        }
    }

    private fun busy(now: Boolean) {
        isBusy = now
        host.redraw()
    }

    private companion object {
        const val CODE = "code"
        const val HUB = "hub"
    }
}
