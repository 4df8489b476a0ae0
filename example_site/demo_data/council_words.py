"""What Anyborough's other pages say. Councils are welcome to start from these words."""

HOME_INTRODUCTION = (
    "<p>Anyborough looks after 31,000 homes between the River Wherry and the sea. On this site you "
    "can pay the council for what you owe and for what you would like.</p>"
)

PAY_INTRODUCTION = (
    "<p>Choose what you would like to pay for. You can put several things in one basket and pay "
    "once, with a debit or credit card.</p>"
    "<p>If you would rather pay by telephone, call 01632 960100, Monday to Friday, 9am to 5pm.</p>"
)

ACCESSIBILITY = """
<p>This statement is about the pages of Anyborough Council on which you can pay. We want everybody
to be able to use them. That means you should be able to:</p>
<ul>
<li>zoom in to 400% without anything getting lost off the screen</li>
<li>pay using only a keyboard, a screen reader or speech recognition</li>
<li>pay with JavaScript switched off</li>
<li>choose your own colours and fonts</li>
</ul>
<p>We have tried to write plainly. If a word is one that only councils use, please tell us.</p>
<h2>How accessible these pages are</h2>
<p>These pages are meant to meet the Web Content Accessibility Guidelines version 2.2 AA. Every
change is checked by machine against them, at 320 pixels’ width and by keyboard.</p>
<p>No one outside the project has audited them yet, so we don’t claim that they meet every
guideline.</p>
<h2>The page on which you type your card number</h2>
<p>Your card details are taken by our payment provider, on its own page. We are not responsible for
that page, but tell us if you can’t use it and we will take your payment another way.</p>
<h2>If you can’t use a page</h2>
<p>Call 01632 960100 or write to payments@anyborough.example. We will answer within 5 working days
and take your payment over the telephone if you like.</p>
"""

PRIVACY = """
<p>When you pay us, we keep what the law asks us to keep about money, and nothing about your
card.</p>
<h2>What we keep</h2>
<ul>
<li>what you paid for, the reference, the amount and the time</li>
<li>your name and e-mail address, so that we can send a receipt and answer questions</li>
<li>your address and telephone number, where the service needs them</li>
<li>your answers to questions on the page</li>
<li>the kind of card and its last four digits, which the payment provider tells us</li>
</ul>
<p>We never see or keep the whole card number.</p>
<h2>How long we keep it</h2>
<p>We keep the record of the payment for 6 years and the current year, as tax law asks. Your
name, e-mail address, telephone number and address are kept apart from it and can be erased
sooner.</p>
<h2>Who else sees it</h2>
<p>Our payment provider, and the council service that you paid. We never sell it.</p>
<h2>Cookies</h2>
<p>Paying sets one cookie, which holds your basket. It is needed to pay and goes after 7 days.</p>
<h2>Your rights</h2>
<p>You can ask for a copy of what we hold about you, and ask us to put it right. Write to
privacy@anyborough.example.</p>
"""

CONTACT = """
<h2>Payments</h2>
<p>Telephone 01632 960100<br/>Monday to Friday, 9am to 5pm</p>
<p>payments@anyborough.example</p>
<h2>By post or in person</h2>
<p>Town Hall, Market Square, Anyborough AY1 1AA<br/>The cash office is open Monday to Friday, 9am to
5pm.</p>
<h2>If you can’t pay</h2>
<p>Talk to us before you miss a payment. Call 01632 960150 to speak to somebody about spreading the
cost. Advice about debt is free from Citizens Advice.</p>
"""
