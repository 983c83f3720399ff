package org.xuncha.app

import android.view.View
import android.view.accessibility.AccessibilityManager
import android.view.accessibility.AccessibilityNodeInfo
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf

/** A page that is drawn anew leaves a screen reader where it stands: a double tap there does what was read out. */
@RunWith(RobolectricTestRunner::class)
class ScreenReaderTest {
    @get:Rule
    val stage = Stage()

    @Before
    fun a_screen_reader_runs() {
        val manager = shadowOf(stage.app.getSystemService(AccessibilityManager::class.java))
        manager.setEnabled(true)
        manager.setTouchExplorationEnabled(true)
    }

    @Test
    fun on_the_decision_on_one_record_it_stays_at_that_record() {
        review("蓝鲸网吧", "星河游戏厅")
        hear("通过：星河游戏厅")
        refresh()
        assertTrue(heard(), heard().startsWith("通过：星河游戏厅"))
    }

    @Test
    fun of_two_records_that_read_alike_it_stays_at_the_second() {
        review("蓝鲸网吧", "蓝鲸网吧")
        val alike = views().filter { it.label().startsWith("通过：蓝鲸网吧") }
        assertEquals("the two read alike", 1, alike.map { it.label() }.toSet().size)
        alike[1].hear()
        refresh()
        assertEquals(listOf(false, true), views().filter { it.label().startsWith("通过：蓝鲸网吧") }.map { it.isAccessibilityFocused })
    }

    @Test
    fun where_a_record_was_decided_it_stands_at_the_beginning_and_not_on_another_decision() {
        review("蓝鲸网吧", "星河游戏厅")
        hear("通过：蓝鲸网吧")
        stage.hub.review(stage.book.reviewQueue().lines.first { it.venueName == "蓝鲸网吧" }.record)
        stage.sync()
        stage.seesNot("蓝鲸网吧")
        assertEquals("待审核", heard())
    }

    @Test
    fun on_a_venue_of_the_first_page_it_stays_on_that_card() {
        stage.enrol(TestHub.VOLUNTEER).open()
        hear("老地方网吧")
        val before = heard()
        refresh()
        assertEquals(before, heard())
    }

    private fun review(vararg venues: String) {
        stage.enrol(TestHub.VOLUNTEER)
        venues.forEach(stage::sendInspection)
        stage.anotherPhone("head")
        stage.enrol(TestHub.HEAD).open().tap("本月").tap("${venues.size} 条待审核")
    }

    private fun hear(words: String) = views().first { words in it.label() && it.isClickable }.hear()

    private fun View.hear() {
        check(performAccessibilityAction(AccessibilityNodeInfo.ACTION_ACCESSIBILITY_FOCUS, null))
    }

    private fun refresh() {
        stage.activity.refresh()
        stage.settle()
    }

    private fun views(): List<View> = stage.all().filter { it.isShown }

    private fun heard(): String = views().single { it.isAccessibilityFocused }.label()
}
