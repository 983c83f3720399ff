package org.xuncha.app.screens

import org.xuncha.app.Host
import org.xuncha.app.Kind
import org.xuncha.app.Place
import org.xuncha.app.R
import org.xuncha.app.Screen
import org.xuncha.app.ui.Page

/** Whose phone it is now, and what position and photos are for. Everything works without the position. */
class ConsentScreen(host: Host, place: Place) : Screen(host, place) {
    override fun draw(): Page {
        val member = host.phone.book().member()
        val content = kit.column(
            kit.card(
                kit.signed(R.drawable.ic_check, string(R.string.enrolled), kit.palette.good.ink, bold = true),
                kit.text("${member.name} · ${member.roleLabel}", scale = 1.3f, bold = true),
                kit.text(member.stationName),
                tint = kit.palette.good,
            ),
            part(R.drawable.ic_pin, R.string.consent_position_title, R.string.consent_position),
            part(R.drawable.ic_camera, R.string.consent_photo_title, R.string.consent_photo),
            part(R.drawable.ic_people, R.string.consent_minors_title, R.string.consent_minors),
        )
        return Page(
            kit,
            string(R.string.consent_title),
            content,
            listOf(
                kit.primary(string(R.string.consent_yes), R.drawable.ic_pin) { choose(true) },
                kit.secondary(string(R.string.consent_no)) { choose(false) },
            ),
            end = null,
            onBack = null,
        )
    }

    private fun part(sign: Int, title: Int, words: Int) =
        kit.card(kit.signed(sign, string(title), kit.palette.accent, bold = true), kit.text(string(words)))

    private fun choose(usesPosition: Boolean) {
        host.phone.choices.usesPosition = usesPosition
        host.phone.uploads.start()
        host.begin(Kind.HOME)
    }
}
