package org.xuncha.app.screens

import org.xuncha.app.Host
import org.xuncha.app.R
import org.xuncha.core.ChoiceLine
import org.xuncha.core.DraftItem

/** Reads the pages of a question aloud: on a tap, and by itself where that was chosen, each page once when it comes. */
class QuestionVoice(private val host: Host) {
    private var last: String? = null

    fun read(item: DraftItem) = host.say((listOfNotNull(item.dayType, item.question) + item.choices.map { it.label }).joinToString("\n"))

    /** A page is on the screen, perhaps drawn anew. [choice] is the one that it asks more about, if any. */
    fun onShown(step: Step, item: DraftItem, choice: ChoiceLine?) {
        val page = "$step ${item.item}"
        if (page == last || !host.phone.choices.readsAloud) return
        last = page
        when (step) {
            Step.QUESTION -> read(item)
            Step.MINORS -> choice?.minorsAsked?.let {
                host.say(listOfNotNull(it.howMany, it.whichAge, it.whatCameOfIt, it.dissuaded, it.inDanger).joinToString("\n"))
            }
            Step.PHOTO -> host.say(host.kit.string(R.string.photo_question))
            // Words are written there, or all is shown that was read before.
            Step.NOTE, Step.SUMMARY -> Unit
        }
    }
}
