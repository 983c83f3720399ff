package org.xuncha.app.screens

import android.os.Build
import android.os.Bundle
import android.text.InputType
import android.view.View
import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.platform.Shot
import org.xuncha.app.ui.Page
import org.xuncha.app.ui.Settling
import org.xuncha.core.BookException
import org.xuncha.core.EnrolLink
import org.xuncha.core.EnrolledAs
import org.xuncha.core.Platform
import org.xuncha.core.cardInPhoto
import org.xuncha.core.hubOfCard
import org.xuncha.core.typedCard

/** 登记: this phone becomes a member's, by the QR of the card or by its code. */
class EnrolScreen(host: Host, place: Place) : Screen(host, place) {
    private var code = place.state.getString(CODE).orEmpty()
    private var hub = place.state.getString(HUB) ?: host.phone.choices.hub
    private val isBusy get() = host.phone.work.isBusyWith(ENROLLING)
    private var isBusyShown = false
    private var reallyEnrols = false
    private val settling = Settling()

    override fun save(state: Bundle) {
        state.putString(CODE, code)
        state.putString(HUB, hub)
    }

    override fun draw(): Page {
        isBusyShown = isBusy
        val status = host.phone.book().status()
        val content = kit.column(
            *status.notices.map { kit.warning(it.text) }.toTypedArray(),
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
                scanned(status.enrolled)
            } else {
                kit.primary(string(R.string.enrol_by_photo), R.drawable.ic_qr) { host.takePhoto(CARD) }
            },
            kit.section(string(R.string.enrol_by_code)),
            kit.field(string(R.string.enrol_code), code, InputType.TYPE_CLASS_PHONE) { code = it },
            kit.field(string(R.string.enrol_hub), hub, ADDRESS) { hub = it },
            kit.secondary(string(R.string.enrol_now)) { typed() },
        )
        return Page(
            kit,
            string(R.string.enrol_title),
            content,
            emptyList(),
            kit.secondary(string(R.string.tab_settings), R.drawable.ic_gear) { host.go(Kind.SETTINGS) },
            // Whose phone it is already may think better of it.
            onBack = if (status.enrolled == null) null else host::back,
        )
    }

    /** A card from outside: any page of the web can open one, so it is said where it leads, and whose phone this is. */
    private fun scanned(owner: EnrolledAs?): View {
        return kit.card(
            kit.signed(R.drawable.ic_check, string(R.string.card_read), kit.palette.good.ink, bold = true),
            hubOrNone(place.about)?.let { kit.text(string(R.string.hub_is, it), kit.palette.good.ink) },
            owner?.let { kit.warning(string(R.string.owned_by, it.memberName, it.stationName)) },
            kit.primary(string(if (reallyEnrols) R.string.really_enrol else R.string.enrol_now), R.drawable.ic_next) {
                if (owner == null || reallyEnrols) enrolByPlace() else askTwice()
            },
            tint = kit.palette.good,
        )
    }

    /** None if it is no card, which is told when it is used. */
    private fun hubOrNone(card: EnrolLink): String? =
        try {
            hubOfCard(card)
        } catch (_: BookException) {
            null
        }

    private fun askTwice() {
        reallyEnrols = true
        settling.moved()
        host.redraw()
    }

    private fun enrolByPlace() {
        if (!settling.isUnderWay) enrol { place.about }
    }

    /** A card is not enrolled by later on, when nobody thinks of it any more. */
    override fun onOpened() {
        if (!isBusy) host.leftShots(CARD).forEach { it.file.delete() }
    }

    override fun onPhoto(shot: Shot?) {
        if (shot == null) return
        enrol {
            try {
                cardInPhoto(shot.file.path)
            } finally {
                shot.file.delete()
            }
        }
    }

    private fun typed() {
        host.phone.choices.hub = hub
        val card = host.trying { typedCard(hub, code) } ?: return
        enrol { card }
    }

    /** Reads the card and enrols in one: both go on though the phone is turned meanwhile. */
    private fun enrol(card: () -> EnrolLink) {
        if (isBusy) return
        val phone = host.phone
        host.later(ENROLLING, { book ->
            checkNotNull(book.enrol(card(), Platform.ANDROID, Build.MODEL))
            // Whoever has the phone now is asked; and a phone that was turned or died meanwhile knows where it was.
            phone.choices.usesPosition = null
        })
        host.redraw()
    }

    override fun onWork() {
        val status = host.unasked { it.status() } ?: return
        when {
            host.phone.choices.usesPosition == null && !status.mustEnrol -> host.begin(Kind.CONSENT)
            isBusyShown != isBusy -> host.refresh()
        }
    }

    private companion object {
        const val ADDRESS = InputType.TYPE_CLASS_TEXT or InputType.TYPE_TEXT_VARIATION_URI or InputType.TYPE_TEXT_FLAG_NO_SUGGESTIONS
        const val CARD = "card"
        const val ENROLLING = "enrolling"
        const val CODE = "code"
        const val HUB = "hub"
    }
}
